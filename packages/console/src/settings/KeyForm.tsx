import {
  Alert,
  Button,
  Checkbox,
  Drawer,
  Group,
  MultiSelect,
  NativeSelect,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { KEY_SCOPES, type KeyInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { complaintOf, whyOf } from '../api/why.ts';
import { useShell } from '../app/shell.ts';
import { EXPIRY_DAYS, faultsOf, type KeyDraft, keyRequest, NEW_KEY } from './key-draft.ts';
import { useCreateKey } from './questions.ts';

/** Makes a key: what it may do, where, from where and until when. */
export function KeyForm({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (key: KeyInfo, secret: string) => void;
}) {
  const { t } = useTranslation();
  const { session } = useShell();
  const [draft, setDraft] = useState(NEW_KEY);
  const [tried, setTried] = useState(false);
  const create = useCreateKey();
  const faults = faultsOf(draft);
  const complaint = (field: keyof KeyDraft): string | null => {
    const own = tried && (field === 'scopes' || field === 'projects') ? faults[field] : undefined;
    return own === undefined ? complaintOf(create.error, field) : t(own);
  };
  const set = (part: Partial<KeyDraft>): void => setDraft({ ...draft, ...part });
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length === 0)
      create.mutate(keyRequest(draft), { onSuccess: ({ key, secret }) => onCreated(key, secret) });
  };
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={t('apiKeys.new')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            data-autofocus
            required
            maxLength={128}
            label={t('apiKeys.name')}
            description={t('apiKeys.name.help')}
            value={draft.name}
            error={complaint('name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Checkbox.Group
            label={t('apiKeys.scopes')}
            value={[...draft.scopes]}
            error={complaint('scopes')}
            onChange={(chosen) => set({ scopes: KEY_SCOPES.filter((scope) => chosen.includes(scope)) })}
          >
            <Stack gap={8} mt={6}>
              {KEY_SCOPES.map((scope) => (
                <Checkbox
                  key={scope}
                  value={scope}
                  label={t(`apiKeys.scope.${scope}`)}
                  description={t(`apiKeys.scope.${scope}.help`)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <MultiSelect
            label={t('apiKeys.projects')}
            description={t('apiKeys.projects.help')}
            placeholder={draft.projects.length === 0 ? t('apiKeys.projects.all') : ''}
            data={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
            value={[...draft.projects]}
            error={complaint('projects')}
            onChange={(projects) => set({ projects })}
          />
          <NativeSelect
            label={t('apiKeys.expiry')}
            data={EXPIRY_DAYS.map((days) => ({
              value: days,
              label: days === '' ? t('apiKeys.expiry.never') : t('apiKeys.expiry.days', { count: Number(days) }),
            }))}
            value={draft.expiryDays}
            onChange={(event) => set({ expiryDays: event.currentTarget.value })}
          />
          <TagsInput
            label={t('apiKeys.networks')}
            description={t('apiKeys.networks.help')}
            placeholder={draft.networks.length === 0 ? '10.0.0.0/8, 192.0.2.7' : ''}
            value={[...draft.networks]}
            error={complaint('networks')}
            onChange={(networks) => set({ networks })}
          />
          <TagsInput
            label={t('apiKeys.origins')}
            description={t('apiKeys.origins.help')}
            placeholder={draft.origins.length === 0 ? 'https://shop.example' : ''}
            value={[...draft.origins]}
            error={complaint('origins')}
            onChange={(origins) => set({ origins })}
          />
          {create.error !== null && (
            <Alert color="red" role="alert">
              {whyOf(create.error, t)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('confirm.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('apiKeys.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
