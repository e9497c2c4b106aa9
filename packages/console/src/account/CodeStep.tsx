import { Button, TextInput } from '@mantine/core';
import type { SessionInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Frame } from './Frame.tsx';
import { useAct } from './useAct.ts';

/** The second step of signing in: a code of the app, or a recovery code. */
export function CodeStep({
  ticket,
  onSignedIn,
  onBack,
}: {
  ticket: string;
  onSignedIn: (session: SessionInfo) => void;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const { busy, error, act } = useAct({ invalid_request: 'factor.wrong', unauthenticated: 'factor.over' });
  const submit = () =>
    act(async () => onSignedIn(await call<SessionInfo>('POST', '/api/v1/session', { ticket, code: code.trim() })));
  return (
    <Frame
      title={t('factor.code.title')}
      lead={t('factor.code.lead')}
      error={error}
      busy={busy}
      submit={t('signIn.go')}
      onSubmit={() => void submit()}
      below={
        <Button variant="subtle" size="compact-sm" mt="md" onClick={onBack}>
          {t('factor.back')}
        </Button>
      }
    >
      <TextInput
        label={t('factor.code')}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="one-time-code"
        required
        data-autofocus
      />
    </Frame>
  );
}
