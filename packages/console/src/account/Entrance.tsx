import type { SessionInfo } from '@moalog/contract';
import { useState } from 'react';
import type { Entry } from './entry.ts';
import { InvitationPage } from './InvitationPage.tsx';
import { NewPasswordPage } from './NewPasswordPage.tsx';
import { SetUpPage } from './SetUpPage.tsx';
import { SignInPage } from './SignInPage.tsx';

/** What stands before the console: the page that the link asks for, else signing in. */
export function Entrance({ asked, onSignedIn }: { asked: Entry | null; onSignedIn: (session: SessionInfo) => void }) {
  const [entry, setEntry] = useState(asked);
  const signIn = () => setEntry(null);
  if (entry?.kind === 'setup') return <SetUpPage token={entry.token} onSignedIn={onSignedIn} onSignIn={signIn} />;
  if (entry?.kind === 'invitation')
    return <InvitationPage token={entry.token} onSignedIn={onSignedIn} onSignIn={signIn} />;
  if (entry?.kind === 'password') return <NewPasswordPage token={entry.token} onSignIn={signIn} />;
  return <SignInPage refusal={entry?.kind === 'sso' ? entry.token : null} onSignedIn={onSignedIn} />;
}
