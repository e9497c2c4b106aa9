import { addTexts } from '../app/language.ts';
import en from '../locales/people.en.json';
import ko from '../locales/people.ko.json';

addTexts({ en, ko });
