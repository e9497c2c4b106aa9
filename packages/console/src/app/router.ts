import { useSyncExternalStore } from 'react';

/** `/` is Explore, as it was before there were other screens: links of then go on to work. */
export const START = '/explore';

const pathname = (): string => (location.pathname === '/' ? START : location.pathname.replace(/(?<=.)\/+$/, ''));

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}

/** The path of the address, without a slash at its end. */
export const usePathname = (): string => useSyncExternalStore(subscribe, pathname);

/** Goes to another address of the console without loading the page again. All that follow the address are told as with Back. */
export function navigate(address: string, how: 'push' | 'replace' = 'push'): void {
  remember();
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
}

const screenOf = (path: string): string => `/${path.split('/')[1] ?? ''}`;
const keptAt = (screen: string): string => `moalog.last${screen}`;

/** Notes where a screen is left, so that its entry in the rail leads back there. */
function remember(): void {
  sessionStorage.setItem(keptAt(screenOf(pathname())), pathname() + location.search);
}

/** Where an entry of the rail leads: the screen as it was left, or afresh when it is the one that is open. */
export const addressOf = (screen: string): string =>
  screenOf(pathname()) === screen ? screen : (sessionStorage.getItem(keptAt(screen)) ?? screen);

/**
 * Follows clicks on links to screens within the page; `isScreen` says which paths are. What the browser does
 * otherwise with a link (new tab, download, a fragment) it goes on to do. Returns what ends it.
 */
export function followLinks(isScreen: (path: string) => boolean): () => void {
  const onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (link.hash !== '' || !isScreen(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  document.addEventListener('click', onClick);
  return () => document.removeEventListener('click', onClick);
}
