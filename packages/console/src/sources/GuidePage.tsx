import { Button, Group, TextInput } from '@mantine/core';
import { IconArrowLeft, IconKey } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whyOf } from '../api/why.ts';
import { NotFound } from '../app/NotFound.tsx';
import { useShell } from '../app/shell.ts';
import { useCreateKey } from '../settings/questions.ts';
import { Pending } from '../ui/Pending.tsx';
import { fillSnippet } from './fill.ts';
import { Markdown } from './Markdown.tsx';
import { useGuide } from './questions.ts';

/** A page of docs/senders with this server's address, and a key when one is given, in every snippet. */
export function GuidePage({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const guide = useGuide(name, i18n.language);
  const [key, setKey] = useState('');
  const fill = useMemo(() => {
    const place = { origin: location.origin, key: /^\S+$/.test(key) ? key : null };
    return (text: string): string => fillSnippet(text, place);
  }, [key]);
  const title = /^# (.*)$/m.exec(guide.data ?? '')?.[1];
  useEffect(() => {
    document.title = `${title ?? t('app.sources')} · Moalog`;
  }, [title, t]);
  if (guide.data === undefined) return <Pending error={guide.error} onRetry={() => void guide.refetch()} />;
  if (guide.data === null) return <NotFound path={`/sources/${name}`} start="/sources" />;
  return (
    <article className="guide">
      <a href="/sources" className="guide-back">
        <IconArrowLeft size={14} aria-hidden /> {t('sources.back')}
      </a>
      <KeyToFill sender={name} value={key} onChange={setKey} />
      <Markdown text={guide.data} fill={fill} />
    </article>
  );
}

/** A key for the snippets: pasted, or made here for those who may. It stays in this page alone. */
function KeyToFill({ sender, value, onChange }: { sender: string; value: string; onChange: (key: string) => void }) {
  const { t } = useTranslation();
  const { session } = useShell();
  const create = useCreateKey();
  const project = session.projects[0]?.slug;
  const make = (): void => {
    if (project === undefined) return;
    create.mutate(
      { name: t('sources.key.name', { sender }), scopes: ['ingest'], projects: [project] },
      { onSuccess: ({ secret }) => onChange(secret) },
    );
  };
  return (
    <Group align="flex-end" gap="sm" className="guide-key">
      <TextInput
        label={t('sources.key')}
        description={t('sources.key.help')}
        placeholder="mlk_…"
        value={value}
        error={create.error === null ? null : whyOf(create.error, t)}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
      {session.scopes.includes('admin') && project !== undefined && value === '' && (
        <Button
          variant="default"
          leftSection={<IconKey size={15} aria-hidden />}
          loading={create.isPending}
          onClick={make}
        >
          {t('sources.key.make', { project })}
        </Button>
      )}
    </Group>
  );
}
