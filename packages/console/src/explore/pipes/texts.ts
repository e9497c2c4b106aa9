import { addTexts } from '../../app/language.ts';
import en from '../../locales/pipes.en.json';
import ko from '../../locales/pipes.ko.json';

addTexts({ en, ko });
