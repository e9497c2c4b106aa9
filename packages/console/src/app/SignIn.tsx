import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import type { SessionInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '../api/client.ts';

export function SignIn({ onSignedIn }: { onSignedIn: (session: SessionInfo) => void }) {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  const [error, setError] = useState<string | null>(null);

  async function signIn(event: React.FormEvent): Promise<void> {
    event.preventDefault();
    try {
      onSignedIn(await call<SessionInfo>('POST', '/api/v1/session', { key: key.trim() }));
    } catch (thrown) {
      setError(
        thrown instanceof ApiError && thrown.problem.code !== 'offline' ? t('signIn.failed') : t('state.offline'),
      );
    }
  }

  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={420} shadow="sm">
        <form onSubmit={(event) => void signIn(event)}>
          <Stack>
            <Title order={1} size="h3">
              {t('signIn.title')}
            </Title>
            <PasswordInput
              label={t('signIn.key')}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="current-password"
              required
              data-autofocus
            />
            {error !== null && <Alert color="red">{error}</Alert>}
            <Button type="submit">{t('signIn.go')}</Button>
            <Text size="sm" c="dimmed">
              {t('signIn.help')}
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
