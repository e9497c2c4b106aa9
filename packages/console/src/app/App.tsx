import type { SessionInfo, SignedOut } from '@moalog/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { ENTRY } from '../account/entry.ts';
import { ApiError, call } from '../api/client.ts';
import { setLanguage } from './language.ts';
import { Shell } from './Shell.tsx';

/** What a session may do can be changed by others: asked again so often. */
const SESSION_REFRESH_MS = 5 * 60_000;

const Entrance = lazy(async () => ({ default: (await import('../account/Entrance.tsx')).Entrance }));

/** Signs in with the key of the address (`#key=…`, which no server and no log sees), or with the cookie, or asks who is there. */
export function App() {
  const queries = useQueryClient();
  // A link to a page before the console is followed whoever is signed in.
  const [atDoor, setAtDoor] = useState(ENTRY !== null && ENTRY.kind !== 'key');
  const session = useQuery({
    queryKey: ['session'],
    queryFn: askSession,
    enabled: !atDoor,
    refetchInterval: SESSION_REFRESH_MS,
    refetchOnWindowFocus: true,
    throwOnError: (error) => !(error instanceof ApiError),
  });

  if (session.isPending && !atDoor) return null;
  const over = session.error instanceof ApiError && session.error.problem.status === 401;
  if (atDoor || session.data === undefined || over) {
    const enter = (info: SessionInfo): void => {
      // Chosen in the profile, it goes with the person from browser to browser.
      if (info.person?.language != null) void setLanguage(info.person.language);
      queries.setQueryData(['session'], info);
      setAtDoor(false);
    };
    return (
      <Suspense>
        <Entrance asked={atDoor ? ENTRY : null} onSignedIn={enter} />
      </Suspense>
    );
  }
  const signOut = async (): Promise<void> => {
    // A session that is over already is what was wanted.
    const out = await call<SignedOut | undefined>('DELETE', '/api/v1/session').catch(() => undefined);
    if (out !== undefined) return location.assign(out.signOutUrl);
    await queries.resetQueries({ queryKey: ['session'] });
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  return <Shell session={session.data} onSignOut={() => void signOut()} />;
}

/** The key of the link counts once: after signing out it signs nobody in again. */
let key = ENTRY?.kind === 'key' ? ENTRY.token : null;

async function askSession(): Promise<SessionInfo> {
  if (key === null) return call<SessionInfo>('GET', '/api/v1/session');
  const given = key;
  key = null;
  return call<SessionInfo>('POST', '/api/v1/session', { key: given });
}
