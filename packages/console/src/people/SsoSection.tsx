import './people.css';
import './texts.ts';
import '../account/texts.ts';
import { Alert, Button, PasswordInput, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { SetSsoRequest, SsoInfo } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { Ask } from './Ask.tsx';
import { useSso } from './questions.ts';
import { RoleSelect } from './RoleSelect.tsx';

const EMPTY: SetSsoRequest = {
  ...{ name: '', issuer: '', clientId: '', scopes: [], groupsClaim: 'groups' },
  ...{ signUp: 'invited', defaultRole: 'member', trustEmails: false, passwords: true },
};

function draftOf({ sso }: SsoInfo): SetSsoRequest {
  if (sso === null) return EMPTY;
  const { hasSecret: _, ...draft } = sso;
  return draft;
}

/** Sign-in at an OpenID Connect provider. */
export function SsoSection() {
  const { t } = useTranslation();
  const sso = useSso();
  return (
    <>
      <PageHead title={t('sso.title')} lead={t('sso.lead')} />
      {sso.isError && <Text size="sm">{t('members.adminOnly')}</Text>}
      {sso.data !== undefined && <SsoForm key={String(sso.data.sso === null)} info={sso.data} />}
    </>
  );
}

function SsoForm({ info }: { info: SsoInfo }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<SetSsoRequest>(() => draftOf(info));
  const [secret, setSecret] = useState('');
  const [isEnding, setIsEnding] = useState(false);
  const { busy, error, act } = useAct({ forbidden: 'sso.ownersOnly' });
  const set = (change: Partial<SetSsoRequest>) => setDraft({ ...draft, ...change });
  const save = (wanted: SetSsoRequest | null) =>
    void act(async () => {
      if (wanted === null) await call('DELETE', '/api/v1/sso');
      else await call('PUT', '/api/v1/sso', { ...wanted, ...(secret !== '' && { clientSecret: secret }) });
      setSecret('');
      setIsEnding(false);
      await queries.invalidateQueries({ queryKey: ['people', 'sso'] });
      notifications.show({ message: t('profile.saved'), color: 'green' });
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save(draft);
      }}
    >
      <Stack maw={520}>
        <Text size="sm">
          {t('sso.callback')} <code>{info.callbackUrl}</code>
        </Text>
        <TextInput
          label={t('sso.name')}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          required
        />
        <TextInput
          label={t('sso.issuer')}
          placeholder="https://id.shop.example/realms/shop"
          value={draft.issuer}
          onChange={(event) => set({ issuer: event.currentTarget.value })}
          required
        />
        <TextInput
          label={t('sso.clientId')}
          value={draft.clientId}
          onChange={(event) => set({ clientId: event.currentTarget.value })}
          required
        />
        <PasswordInput
          label={t('sso.clientSecret')}
          description={info.sso?.hasSecret === true ? t('sso.clientSecret.kept') : undefined}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          autoComplete="off"
        />
        <TagsInput label={t('sso.scopes')} value={draft.scopes} onChange={(scopes) => set({ scopes })} />
        <TextInput
          label={t('sso.groupsClaim')}
          value={draft.groupsClaim}
          onChange={(event) => set({ groupsClaim: event.currentTarget.value })}
          required
        />
        <Select
          label={t('sso.signUp')}
          data={[
            { value: 'invited', label: t('sso.signUp.invited') },
            { value: 'everybody', label: t('sso.signUp.everybody') },
          ]}
          value={draft.signUp}
          onChange={(signUp) => set({ signUp: signUp === 'everybody' ? 'everybody' : 'invited' })}
          allowDeselect={false}
        />
        <RoleSelect
          label={t('sso.defaultRole')}
          value={draft.defaultRole}
          onChange={(role) => role !== 'owner' && set({ defaultRole: role })}
          mayMakeOwners={false}
        />
        <Switch
          label={t('sso.trustEmails')}
          checked={draft.trustEmails}
          onChange={(event) => set({ trustEmails: event.currentTarget.checked })}
        />
        <Switch
          label={t('sso.passwords')}
          checked={draft.passwords}
          onChange={(event) => set({ passwords: event.currentTarget.checked })}
        />
        {error !== null && <Alert color="red">{error}</Alert>}
        <div className="row-of-buttons">
          <Button type="submit" loading={busy}>
            {t('profile.save')}
          </Button>
          {info.sso !== null && (
            <Button color="red" variant="light" onClick={() => setIsEnding(true)}>
              {t('sso.end')}
            </Button>
          )}
        </div>
      </Stack>
      {isEnding && (
        <Ask
          title={t('sso.end')}
          text={t('sso.end.text')}
          act={t('sso.end')}
          onClose={() => setIsEnding(false)}
          onYes={() => save(null)}
        />
      )}
    </form>
  );
}
