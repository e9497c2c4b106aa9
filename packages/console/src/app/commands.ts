import type { TFunction } from 'i18next';
import type { ConsoleCommand } from '../commands/registry.ts';
import { LANGUAGES, setLanguage } from './language.ts';
import { addressOf, navigate } from './router.ts';
import { ROUTES } from './routes.ts';

export interface AppActs {
  readonly palette: () => void;
  readonly shortcuts: () => void;
  readonly theme: (scheme: 'light' | 'dark' | 'auto') => void;
  readonly signOut: () => void;
}

/** What a person can do on every screen. */
export const appCommands = (t: TFunction, acts: AppActs): ConsoleCommand[] => [
  ...ROUTES.map(({ path, title }) => ({
    id: `go-${path.slice(1)}`,
    group: 'go' as const,
    title: t(title),
    keys: null,
    run: () => navigate(addressOf(path)),
  })),
  { id: 'palette', group: 'app', title: t('keys.palette'), keys: 'mod+K', run: acts.palette },
  { id: 'help', group: 'app', title: t('keys.help'), keys: '?', run: acts.shortcuts },
  ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
    id: `theme-${scheme}`,
    group: 'app' as const,
    title: `${t('app.theme')}: ${t(`app.theme.${scheme}`)}`,
    keys: null,
    run: () => acts.theme(scheme),
  })),
  ...LANGUAGES.map(({ code, name }) => ({
    id: `language-${code}`,
    group: 'app' as const,
    title: `${t('app.language')}: ${name}`,
    keys: null,
    run: () => void setLanguage(code),
  })),
  { id: 'sign-out', group: 'app', title: t('app.signOut'), keys: null, run: acts.signOut },
];
