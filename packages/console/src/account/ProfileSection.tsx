import './account.css';
import './texts.ts';
import { Alert, Button, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Profile, SessionInfo, SignInOptions } from '@moalog/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { LANGUAGES, setLanguage } from '../app/language.ts';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { NewAccount } from './NewAccount.tsx';
import { useAct } from './useAct.ts';

/** Who one is: name, address, password. */
export function ProfileSection() {
  const { t } = useTranslation();
  const { session } = useShell();
  const isPerson = session.person !== null;
  const profile = useQuery({
    queryKey: ['profile'],
    queryFn: () => call<Profile>('GET', '/api/v1/profile'),
    enabled: isPerson,
  });
  return (
    <>
      <PageHead title={t('profile.title')} lead={t(isPerson ? 'profile.lead' : 'profile.key')} />
      {!isPerson && <OwnerForm />}
      {profile.data !== undefined && <NameForm profile={profile.data} />}
      {profile.data?.hasPassword === true && <PasswordForm />}
    </>
  );
}

function NameForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(profile.name);
  const { busy, error, act } = useAct();
  const [language, setLanguageOf] = useState<Profile['language']>(profile.language);
  const isAsBefore = name.trim() === profile.name && language === profile.language;
  const save = () =>
    act(async () => {
      queries.setQueryData(['profile'], await call<Profile>('PATCH', '/api/v1/profile', { name, language }));
      if (language !== null) await setLanguage(language);
      await queries.invalidateQueries({ queryKey: ['session'] });
      notifications.show({ message: t('profile.saved'), color: 'green' });
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack maw={420}>
        <TextInput
          label={t('account.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={128}
        />
        <TextInput label={t('account.email')} value={profile.email} readOnly />
        <Select
          label={t('app.language')}
          data={[
            { value: '', label: t('profile.language.browser') },
            ...LANGUAGES.map((one) => ({ value: one.code, label: one.name })),
          ]}
          value={language ?? ''}
          onChange={(chosen) => setLanguageOf(LANGUAGES.find(({ code }) => code === chosen)?.code ?? null)}
          allowDeselect={false}
        />
        {error !== null && <Alert color="red">{error}</Alert>}
        <Button type="submit" loading={busy} disabled={isAsBefore} style={{ alignSelf: 'start' }}>
          {t('profile.save')}
        </Button>
      </Stack>
    </form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, act } = useAct({ invalid_request: 'profile.password.wrong' });
  const change = () =>
    act(async () => {
      await call('POST', '/api/v1/profile/password', { current, password });
      setCurrent('');
      setPassword('');
      await queries.invalidateQueries({ queryKey: ['profile'] });
      notifications.show({ message: t('profile.password.changed'), color: 'green' });
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void change();
      }}
    >
      <Stack maw={420} mt="xl">
        <Title order={2} size="h5">
          {t('profile.password')}
        </Title>
        <PasswordInput
          label={t('profile.password.current')}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
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
        {error !== null && <Alert color="red">{error}</Alert>}
        <Button type="submit" loading={busy} style={{ alignSelf: 'start' }}>
          {t('profile.password.change')}
        </Button>
      </Stack>
    </form>
  );
}

/** For who works with a key while nobody has an account. */
function OwnerForm() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const options = useQuery({
    queryKey: ['session', 'options'],
    queryFn: () => call<SignInOptions>('GET', '/api/v1/sign-in'),
  });
  const [account, setAccount] = useState({ name: '', email: '', password: '' });
  const { busy, error, act } = useAct({ forbidden: 'profile.key.forbidden' });
  if (options.data?.setUp !== true) return null;
  const make = () =>
    act(async () => {
      queries.setQueryData(['session'], await call<SessionInfo>('POST', '/api/v1/setup', account));
      await queries.invalidateQueries();
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Stack maw={420}>
        <Text size="sm">{t('setUp.lead')}</Text>
        <NewAccount value={account} onChange={setAccount} />
        {error !== null && <Alert color="red">{error}</Alert>}
        <Button type="submit" loading={busy} style={{ alignSelf: 'start' }}>
          {t('setUp.go')}
        </Button>
      </Stack>
    </form>
  );
}
