import { addTexts } from '../app/language.ts';
import en from '../locales/account.en.json';
import ko from '../locales/account.ko.json';

addTexts({ en, ko });
