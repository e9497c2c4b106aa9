import { Button, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { KeyInfo } from '@moalog/contract';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useScreenCommands, useShell } from '../app/shell.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Empty, Pending } from '../ui/Pending.tsx';
import { SecretOnce } from '../ui/SecretOnce.tsx';
import { KeyRow } from './KeyRow.tsx';
import { useKeys, useRevokeKey } from './questions.ts';
import { RotateKey } from './RotateKey.tsx';

const KeyForm = lazy(async () => ({ default: (await import('./KeyForm.tsx')).KeyForm }));

type Open =
  | { readonly is: 'new' }
  | { readonly is: 'rotate' | 'revoke'; readonly key: KeyInfo }
  | { readonly is: 'made'; readonly key: KeyInfo; readonly secret: string };

/** A list longer than this can be narrowed. */
const LONG_LIST = 8;

/** Keys of senders, readers and programs: make, rotate, revoke; when each was last used. */
export function KeysSection() {
  const { t } = useTranslation();
  const { session } = useShell();
  const mayChange = session.scopes.includes('admin');
  const create = (): void => setOpen({ is: 'new' });
  const [open, setOpen] = useState<Open | null>(null);
  useScreenCommands(
    mayChange ? [{ id: 'new-key', group: 'settings', title: t('apiKeys.new'), keys: 'N', run: create }] : [],
  );
  const close = (): void => setOpen(null);
  const made = (key: KeyInfo, secret: string): void => setOpen({ is: 'made', key, secret });
  const revoke = useRevokeKey();
  return (
    <>
      <PageHead title={t('settings.keys')} lead={t('apiKeys.lead')}>
        {mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
            {t('apiKeys.new')}
          </Button>
        )}
      </PageHead>
      {mayChange ? (
        <KeyList onOpen={(is, key) => setOpen({ is, key })} />
      ) : (
        <Empty icon={<IconKey size={28} aria-hidden />} title={t('settings.adminOnly')} />
      )}
      {open?.is === 'new' && (
        <Suspense>
          <KeyForm onClose={close} onCreated={made} />
        </Suspense>
      )}
      {open?.is === 'rotate' && <RotateKey of={open.key} onClose={close} onRotated={made} />}
      {open?.is === 'made' && (
        <SecretOnce title={t('apiKeys.made', { name: open.key.name })} secret={open.secret} onClose={close}>
          <Text size="sm">{t('apiKeys.made.use')}</Text>
        </SecretOnce>
      )}
      {open?.is === 'revoke' && (
        <Confirm
          title={t('apiKeys.revoke.title', { name: open.key.name })}
          text={t('apiKeys.revoke.text')}
          act={t('apiKeys.revoke')}
          onConfirm={async () => {
            await revoke.mutateAsync(open.key.id);
            notifications.show({ message: t('apiKeys.revoked', { name: open.key.name }) });
          }}
          onClose={close}
        />
      )}
    </>
  );
}

function KeyList({ onOpen }: { onOpen: (act: 'rotate' | 'revoke', key: KeyInfo) => void }) {
  const { t } = useTranslation();
  const keys = useKeys();
  const [wanted, setWanted] = useState('');
  if (keys.data === undefined) return <Pending error={keys.error} onRetry={() => void keys.refetch()} />;
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = keys.data.filter((key) => {
    const text = [key.name, key.prefix, ...key.scopes, ...(key.projects ?? [])].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      {keys.data.length > LONG_LIST && (
        <TextInput
          mb="sm"
          maw={320}
          aria-label={t('apiKeys.find')}
          placeholder={t('apiKeys.find')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <table className="list">
        <thead>
          <tr>
            <th>{t('apiKeys.name')}</th>
            <th>{t('apiKeys.scopes.short')}</th>
            <th>{t('apiKeys.projects')}</th>
            <th>{t('apiKeys.state')}</th>
            <th>{t('apiKeys.lastUsed')}</th>
            <th>
              <VisuallyHidden>{t('settings.acts')}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((key) => (
            <KeyRow
              key={key.id}
              apiKey={key}
              onRotate={() => onOpen('rotate', key)}
              onRevoke={() => onOpen('revoke', key)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}
