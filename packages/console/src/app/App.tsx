import type { SessionInfo } from '@moalog/contract';
import { useEffect, useState } from 'react';
import { ApiError, call } from '../api/client.ts';
import { ExplorePage } from '../explore/ExplorePage.tsx';
import { SignIn } from './SignIn.tsx';

type State = { readonly is: 'asking' } | { readonly is: 'out' } | { readonly is: 'in'; readonly session: SessionInfo };

/** Signs in with the key of the address (`#key=…`, which no server and no log sees), or with the cookie, or asks for a key. */
export function App() {
  const [state, setState] = useState<State>({ is: 'asking' });

  useEffect(() => {
    signingIn ??= signInFromAddress();
    void signingIn
      .then((session) => setState({ is: 'in', session }))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setState({ is: 'out' });
      });
  }, []);

  if (state.is === 'asking') return null;
  if (state.is === 'out') return <SignIn onSignedIn={(session) => setState({ is: 'in', session })} />;
  const signOut = () => void call('DELETE', '/api/v1/session').finally(() => setState({ is: 'out' }));
  return <ExplorePage session={state.session} onSignOut={signOut} />;
}

/** Asked once a page: the key is taken out of the address on the way. */
let signingIn: Promise<SessionInfo> | undefined;

async function signInFromAddress(): Promise<SessionInfo> {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return call<SessionInfo>('GET', '/api/v1/session');
  history.replaceState(null, '', location.pathname + location.search);
  return call<SessionInfo>('POST', '/api/v1/session', { key });
}
