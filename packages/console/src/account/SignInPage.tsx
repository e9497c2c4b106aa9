import { Button, PasswordInput, Text, TextInput } from '@mantine/core';
import type { SecondFactorNeeded, SessionInfo, SignInOptions } from '@moalog/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { CodeStep } from './CodeStep.tsx';
import { Frame } from './Frame.tsx';
import { useAct } from './useAct.ts';

type With = 'password' | 'key';

/** Why single sign-on let nobody in. */
const REFUSALS: Readonly<Record<string, string>> = {
  over: 'signIn.refused.over',
  no_email: 'signIn.refused.email',
  unverified: 'signIn.refused.email',
  uninvited: 'signIn.refused.uninvited',
  disabled: 'signIn.refused.disabled',
};

/** Signs in with e-mail address and password, or with a key. */
export function SignInPage({
  refusal,
  onSignedIn,
}: {
  /** What single sign-on said, when it let nobody in. */
  refusal: string | null;
  onSignedIn: (session: SessionInfo) => void;
}) {
  const { t } = useTranslation();
  const options = useQuery({
    queryKey: ['session', 'options'],
    queryFn: () => call<SignInOptions>('GET', '/api/v1/sign-in'),
  });
  const [chosen, setChosen] = useState<With | null>(null);
  const [email, setEmail] = useState('');
  const [secret, setSecret] = useState('');
  const [ticket, setTicket] = useState<string | null>(null);
  // Without an owner nobody has a password yet.
  const way: With = chosen ?? (options.data?.setUp === true ? 'key' : 'password');
  const { busy, error, act } = useAct({
    unauthenticated: way === 'key' ? 'signIn.failed' : 'signIn.wrong',
    forbidden: way === 'key' ? 'signIn.forbidden' : 'signIn.ssoOnly',
  });
  if (options.isPending) return null;
  if (ticket !== null) {
    const back = () => {
      setTicket(null);
      setSecret('');
    };
    return <CodeStep ticket={ticket} onSignedIn={onSignedIn} onBack={back} />;
  }

  const sso = options.data?.sso ?? null;
  const here = location.pathname + location.search;
  const submit = () =>
    act(async () => {
      const given = way === 'key' ? { key: secret.trim() } : { email, password: secret };
      const answer = await call<SessionInfo | SecondFactorNeeded>('POST', '/api/v1/session', given);
      if ('ticket' in answer) setTicket(answer.ticket);
      else onSignedIn(answer);
    });
  const turn = (to: With) => {
    setChosen(to);
    setSecret('');
  };
  return (
    <Frame
      title={t('signIn.title')}
      {...(sso !== null && {
        above: (
          <Button component="a" href={`/api/v1/sso/begin?to=${encodeURIComponent(here)}`} fullWidth>
            {t('signIn.sso', { name: sso.name })}
          </Button>
        ),
      })}
      {...(options.data?.setUp === true && { lead: t('signIn.setUp') })}
      error={error ?? (refusal === null ? null : t(REFUSALS[refusal] ?? 'signIn.refused.provider'))}
      busy={busy}
      submit={t('signIn.go')}
      onSubmit={() => void submit()}
      below={
        <>
          <Button variant="subtle" size="compact-sm" mt="md" onClick={() => turn(way === 'key' ? 'password' : 'key')}>
            {t(way === 'key' ? 'signIn.withPassword' : 'signIn.withKey')}
          </Button>
          {way === 'key' && (
            <Text size="sm" c="dimmed" mt="xs">
              {t('signIn.help')}
            </Text>
          )}
        </>
      }
    >
      {way === 'password' && (
        <TextInput
          label={t('account.email')}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoComplete="username"
          required
        />
      )}
      <PasswordInput
        key={way}
        label={t(way === 'key' ? 'signIn.key' : 'account.password')}
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="current-password"
        required
      />
    </Frame>
  );
}
