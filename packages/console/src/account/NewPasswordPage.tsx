import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { Frame } from './Frame.tsx';
import { useAct } from './useAct.ts';

/** Sets a new password by a link from an admin. */
export function NewPasswordPage({ token, onSignIn }: { token: string; onSignIn: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const { busy, error, act } = useAct({ not_found: 'newPassword.over', invalid_request: 'account.password.easy' });
  const set = async () => {
    await call('POST', '/api/v1/password', { token, password });
    notifications.show({ message: t('newPassword.done'), color: 'green' });
    onSignIn();
  };
  return (
    <Frame
      title={t('newPassword.title')}
      error={error}
      busy={busy}
      submit={t('newPassword.go')}
      onSubmit={() => void act(set)}
    >
      <PasswordInput
        label={t('profile.password.new')}
        description={t('account.password.rule')}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={256}
      />
    </Frame>
  );
}
