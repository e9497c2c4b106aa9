import './account.css';
import './texts.ts';
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import type { Profile, RecoveryCodes, SecondFactorSetUp } from '@moalog/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { QrCode } from './QrCode.tsx';
import { useAct } from './useAct.ts';

type Step =
  | { readonly is: 'rest' }
  | { readonly is: 'app'; readonly setUp: SecondFactorSetUp }
  | { readonly is: 'codes'; readonly codes: readonly string[] };

/** Switching the codes of an authenticator app on and off. */
export function SecondFactorSection() {
  const { t } = useTranslation();
  const { session } = useShell();
  const profile = useQuery({
    queryKey: ['profile'],
    queryFn: () => call<Profile>('GET', '/api/v1/profile'),
    enabled: session.person !== null,
  });
  const [step, setStep] = useState<Step>({ is: 'rest' });
  const isOn = profile.data?.secondFactor === true;
  const lead = session.person === null ? 'profile.key' : isOn ? 'factor.on' : 'factor.off';
  return (
    <>
      <PageHead title={t('factor.title')} lead={t(lead)} />
      {profile.data?.hasPassword === false && <Text size="sm">{t('factor.sso')}</Text>}
      {profile.data?.hasPassword === true && (
        <>
          {step.is === 'rest' && <Switches isOn={isOn} onStep={setStep} />}
          {step.is === 'app' && <AppSetUp setUp={step.setUp} onStep={setStep} />}
          {step.is === 'codes' && <Codes codes={step.codes} onDone={() => setStep({ is: 'rest' })} />}
        </>
      )}
    </>
  );
}

function Switches({ isOn, onStep }: { isOn: boolean; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const { busy, error, act } = useAct({ invalid_request: 'factor.password.wrong' });
  const path = '/api/v1/profile/second-factor';
  const begin = async () => onStep({ is: 'app', setUp: await call<SecondFactorSetUp>('POST', path, { password }) });
  const renew = async () => {
    const { recoveryCodes } = await call<RecoveryCodes>('POST', `${path}/recovery-codes`, { password });
    onStep({ is: 'codes', codes: recoveryCodes });
  };
  const end = async () => {
    await call('DELETE', path, { password });
    setPassword('');
    await queries.invalidateQueries({ queryKey: ['profile'] });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(isOn ? renew : begin);
      }}
    >
      <Stack maw={420}>
        <PasswordInput
          label={t('profile.password.current')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        {error !== null && <Alert color="red">{error}</Alert>}
        <div className="row-of-buttons">
          <Button type="submit" loading={busy} variant={isOn ? 'default' : 'filled'}>
            {t(isOn ? 'factor.renew' : 'factor.begin')}
          </Button>
          {isOn && (
            <Button color="red" variant="light" loading={busy} onClick={() => void act(end)}>
              {t('factor.end')}
            </Button>
          )}
        </div>
      </Stack>
    </form>
  );
}

function AppSetUp({ setUp, onStep }: { setUp: SecondFactorSetUp; onStep: (step: Step) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const { busy, error, act } = useAct({ invalid_request: 'factor.wrong' });
  const confirm = async () => {
    const { recoveryCodes } = await call<RecoveryCodes>('POST', '/api/v1/profile/second-factor/confirm', { code });
    await queries.invalidateQueries({ queryKey: ['profile'] });
    onStep({ is: 'codes', codes: recoveryCodes });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(confirm);
      }}
    >
      <Stack maw={420}>
        <Text size="sm">{t('factor.scan')}</Text>
        <QrCode text={setUp.url} label={t('factor.qr')} />
        <Text size="sm" c="dimmed">
          {t('factor.type')} <code data-secret>{setUp.secret}</code>
        </Text>
        <TextInput
          label={t('factor.code')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
        />
        {error !== null && <Alert color="red">{error}</Alert>}
        <div className="row-of-buttons">
          <Button type="submit" loading={busy}>
            {t('factor.confirm')}
          </Button>
          <Button variant="default" onClick={() => onStep({ is: 'rest' })}>
            {t('factor.cancel')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function Codes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack maw={420}>
      <Alert color="yellow">{t('factor.codes')}</Alert>
      <pre className="code">{codes.join('\n')}</pre>
      <Button onClick={onDone} style={{ alignSelf: 'start' }}>
        {t('factor.kept')}
      </Button>
    </Stack>
  );
}
