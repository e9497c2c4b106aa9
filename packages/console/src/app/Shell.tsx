import { Loader, useMantineColorScheme } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import type { SessionInfo } from '@moalog/contract';
import { type ReactNode, type RefObject, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Palette } from '../commands/Palette.tsx';
import { type ConsoleCommand, hotkeysOf } from '../commands/registry.ts';
import { Shortcuts } from '../commands/Shortcuts.tsx';
import { appCommands } from './commands.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { NotFound } from './NotFound.tsx';
import { Rail } from './Rail.tsx';
import { followLinks, START, usePathname } from './router.ts';
import { routeOf } from './routes.ts';
import { ShellContext } from './shell.ts';

/** What stands around every screen: rail, palette, overview of keys; and the screen that the address names. */
export function Shell({ session, onSignOut }: { session: SessionInfo; onSignOut: () => void }) {
  const { t } = useTranslation();
  const path = usePathname();
  const route = routeOf(path);
  const [overlay, setOverlay] = useState<'palette' | 'shortcuts' | null>(null);
  const { setColorScheme } = useMantineColorScheme();
  const ofScreen = useRef<readonly ConsoleCommand[]>([]);
  const offer = useCallback((commands: readonly ConsoleCommand[]) => {
    ofScreen.current = commands;
  }, []);
  const shell = useMemo(() => ({ session, offer }), [session, offer]);
  const shownPath = useRef<string | null>(null);
  useEffect(() => followLinks((address) => address === '/' || routeOf(address) !== undefined), []);

  const own = appCommands(t, {
    palette: () => setOverlay('palette'),
    shortcuts: () => setOverlay('shortcuts'),
    theme: setColorScheme,
    signOut: onSignOut,
  });
  useHotkeys(hotkeysOf(own));
  const commands = overlay === null ? [] : [...ofScreen.current, ...own];

  return (
    <ShellContext value={shell}>
      <div className="shell">
        <a className="skip" href="#main">
          {t('app.skipToMain')}
        </a>
        <Rail current={route?.path ?? null} onHelp={() => setOverlay('shortcuts')} onSignOut={onSignOut} />
        <main id="main" className="page" tabIndex={-1} aria-label={t(route?.title ?? 'notFound.title')}>
          <ErrorBoundary key={route?.path ?? ''}>
            <Suspense fallback={<Loading />}>
              <Entered path={path} before={shownPath} title={t(route?.title ?? 'notFound.title')}>
                {route === undefined ? <NotFound path={path} start={START} /> : <route.Page />}
              </Entered>
            </Suspense>
          </ErrorBoundary>
        </main>
        <Palette commands={commands} opened={overlay === 'palette'} onClose={() => setOverlay(null)} />
        <Shortcuts commands={commands} opened={overlay === 'shortcuts'} onClose={() => setOverlay(null)} />
      </div>
    </ShellContext>
  );
}

/** Names the page after the screen once it is there, and moves the focus to it when another one was open before. */
function Entered({
  path,
  before,
  title,
  children,
}: {
  path: string;
  /** The path that was shown last. */
  before: RefObject<string | null>;
  title: string;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Moalog`;
  }, [title]);
  useEffect(() => {
    if (before.current !== null && before.current !== path)
      document.getElementById('main')?.focus({ preventScroll: true });
    before.current = path;
  }, [path, before]);
  return children;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div className="screen-loading">
      <Loader size={22} role="status" aria-label={t('app.loading')} />
    </div>
  );
}
