import { type Icon, IconPlugConnected, IconSearch, IconSettings, IconTransform } from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';

/** A screen: its path and everything below it. The rail, the palette and the titles are made from these, in this order. */
export interface Route {
  readonly path: string;
  /** Key of its name in the texts. */
  readonly title: string;
  readonly icon: Icon;
  /** Fetches its code; a second call costs nothing. */
  readonly load: () => Promise<ComponentType>;
  readonly Page: ComponentType;
}

const route = (path: string, title: string, icon: Icon, load: () => Promise<ComponentType>): Route => ({
  path,
  title,
  icon,
  load,
  Page: lazy(async () => ({ default: await load() })),
});

export const ROUTES: readonly Route[] = [
  route('/explore', 'app.explore', IconSearch, async () => (await import('../explore/ExplorePage.tsx')).ExplorePage),
  route(
    '/pipelines',
    'app.pipelines',
    IconTransform,
    async () => (await import('../pipelines/PipelinesPage.tsx')).PipelinesPage,
  ),
  route(
    '/sources',
    'app.sources',
    IconPlugConnected,
    async () => (await import('../sources/SourcesPage.tsx')).SourcesPage,
  ),
  route(
    '/settings',
    'app.settings',
    IconSettings,
    async () => (await import('../settings/SettingsPage.tsx')).SettingsPage,
  ),
];

export const routeOf = (path: string): Route | undefined =>
  ROUTES.find((route) => path === route.path || path.startsWith(`${route.path}/`));
