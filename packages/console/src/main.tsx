import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import './ui/components.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css';
import './ui/console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { App } from './app/App.tsx';
import { startLanguage } from './app/language.ts';
import { START } from './app/router.ts';
import { routeOf } from './app/routes.ts';
import { theme } from './app/theme.ts';

const queries = new QueryClient({
  // Whatever learns that the session is over makes the console ask for it, and so for a key.
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (queryKey[0] !== 'session' && error instanceof ApiError && error.problem.status === 401)
        void queries.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 60_000 } },
});

await startLanguage();
// The screen's code comes while the server is asked who is signed in. What fails here is said when it is drawn.
routeOf(location.pathname === '/' ? START : location.pathname)
  ?.load()
  .catch(() => undefined);
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <App />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
