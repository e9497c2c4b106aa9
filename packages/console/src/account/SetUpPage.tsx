import { Button, Text } from '@mantine/core';
import type { SessionInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Frame } from './Frame.tsx';
import { NewAccount } from './NewAccount.tsx';
import { useAct } from './useAct.ts';

/** The first visit by the link that was printed: makes the owner, or looks around first. */
export function SetUpPage({
  token,
  onSignedIn,
  onSignIn,
}: {
  token: string;
  onSignedIn: (session: SessionInfo) => void;
  onSignIn: () => void;
}) {
  const { t } = useTranslation();
  const [account, setAccount] = useState({ name: '', email: '', password: '' });
  const { busy, error, act } = useAct({ unauthenticated: 'setUp.old', conflict: 'setUp.done' });
  return (
    <Frame
      title={t('setUp.title')}
      lead={t('setUp.lead')}
      error={error}
      busy={busy}
      submit={t('setUp.go')}
      onSubmit={() =>
        void act(async () => onSignedIn(await call<SessionInfo>('POST', '/api/v1/setup', { token, ...account })))
      }
      below={
        <>
          <Button
            variant="default"
            fullWidth
            mt="sm"
            onClick={() =>
              void act(async () => onSignedIn(await call<SessionInfo>('POST', '/api/v1/session', { setUp: token })))
            }
          >
            {t('setUp.look')}
          </Button>
          <Text size="sm" c="dimmed" mt="xs">
            {t('setUp.look.help')}
          </Text>
          <Button variant="subtle" size="compact-sm" mt="md" onClick={onSignIn}>
            {t('setUp.signIn')}
          </Button>
        </>
      }
    >
      <NewAccount value={account} onChange={setAccount} />
    </Frame>
  );
}
