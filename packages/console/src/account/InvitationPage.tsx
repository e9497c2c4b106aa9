import type { InvitationLook, SessionInfo } from '@moalog/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Frame } from './Frame.tsx';
import { NewAccount } from './NewAccount.tsx';
import { useAct } from './useAct.ts';

/** Takes an invitation: makes the account and signs in. */
export function InvitationPage({
  token,
  onSignedIn,
  onSignIn,
}: {
  token: string;
  onSignedIn: (session: SessionInfo) => void;
  onSignIn: () => void;
}) {
  const { t } = useTranslation();
  const invitation = useQuery({
    queryKey: ['session', 'invitation'],
    queryFn: () => call<InvitationLook>('POST', '/api/v1/invitations/look', { token }),
  });
  const [account, setAccount] = useState({ name: '', email: '', password: '' });
  const { busy, error, act } = useAct({ not_found: 'invitation.over', invalid_request: 'account.password.easy' });
  if (invitation.isPending) return null;
  if (invitation.data === undefined)
    return (
      <Frame
        title={t('invitation.title')}
        error={t('invitation.over')}
        busy={false}
        submit={t('signIn.go')}
        onSubmit={onSignIn}
      />
    );
  const { email, invitedBy } = invitation.data;
  const accept = async () => {
    const { name, password } = account;
    onSignedIn(await call<SessionInfo>('POST', '/api/v1/invitations/accept', { token, name, password }));
  };
  return (
    <Frame
      title={t('invitation.title')}
      lead={t('invitation.lead', { name: invitedBy })}
      error={error}
      busy={busy}
      submit={t('setUp.go')}
      onSubmit={() => void act(accept)}
    >
      <NewAccount value={{ ...account, email }} onChange={setAccount} fixedEmail />
    </Frame>
  );
}
