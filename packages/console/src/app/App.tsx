import type { SessionInfo } from '@moalog/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, call } from '../api/client.ts';
import { Shell } from './Shell.tsx';
import { SignIn } from './SignIn.tsx';

/** What a session may do can be changed by others: asked again so often. */
const SESSION_REFRESH_MS = 5 * 60_000;

/** Signs in with the key of the address (`#key=…`, which no server and no log sees), or with the cookie, or asks for a key. */
export function App() {
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: askSession,
    refetchInterval: SESSION_REFRESH_MS,
    refetchOnWindowFocus: true,
    throwOnError: (error) => !(error instanceof ApiError),
  });

  if (session.isPending) return null;
  const over = session.error instanceof ApiError && session.error.problem.status === 401;
  if (session.data === undefined || over)
    return <SignIn onSignedIn={(info) => queries.setQueryData(['session'], info)} />;
  const signOut = async (): Promise<void> => {
    await call('DELETE', '/api/v1/session').catch(() => undefined); // a session that is over already is what was wanted
    await queries.resetQueries({ queryKey: ['session'] });
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  return <Shell session={session.data} onSignOut={() => void signOut()} />;
}

async function askSession(): Promise<SessionInfo> {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return call<SessionInfo>('GET', '/api/v1/session');
  history.replaceState(null, '', location.pathname + location.search);
  return call<SessionInfo>('POST', '/api/v1/session', { key });
}
