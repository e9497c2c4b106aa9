import { addTexts } from '../../app/language.ts';
import en from '../../locales/patterns.en.json';
import ko from '../../locales/patterns.ko.json';

addTexts({ en, ko });
