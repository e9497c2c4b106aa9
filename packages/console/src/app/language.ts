import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import ko from '../locales/ko.json';

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'ko', name: '한국어' },
] as const;
export type Language = (typeof LANGUAGES)[number]['code'];
const KEPT = 'moalog.language';

export async function startLanguage(): Promise<void> {
  const kept = localStorage.getItem(KEPT);
  const lng = kept === 'en' || kept === 'ko' ? kept : navigator.language.startsWith('ko') ? 'ko' : 'en';
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'en',
    keySeparator: false,
    nsSeparator: false,
    resources: { en: { translation: en }, ko: { translation: ko } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = lng;
}

/** Texts of a screen, which come with its code. */
export function addTexts(texts: Readonly<Record<Language, Readonly<Record<string, string>>>>): void {
  for (const [language, own] of Object.entries(texts)) i18next.addResourceBundle(language, 'translation', own);
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
