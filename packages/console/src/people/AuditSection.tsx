import './people.css';
import './texts.ts';
import '../account/texts.ts';
import { Badge, Button, Select, Text, TextInput } from '@mantine/core';
import type { SearchResponse } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { download } from '../explore/download.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { auditSearch, useAudit } from './questions.ts';

const RANGES = ['now-24h', 'now-7d', 'now-30d', 'now-365d'] as const;

/** Who changed what, and who signed in. */
export function AuditSection() {
  const { t } = useTranslation();
  const [from, setFrom] = useState<string>('now-7d');
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  const audit = useAudit({ query, from });
  const { busy, act } = useAct();
  const exportAll = () =>
    void act(async () => {
      const { limit: _, ...asked } = auditSearch({ query, from });
      await download(asked, 'csv', new AbortController().signal, () => undefined);
    });
  return (
    <>
      <PageHead title={t('audit.title')} lead={t('audit.lead')}>
        <Button variant="default" loading={busy} onClick={exportAll}>
          {t('audit.export')}
        </Button>
      </PageHead>
      <form
        className="audit-search"
        onSubmit={(event) => {
          event.preventDefault();
          setQuery(typed);
        }}
      >
        <TextInput
          aria-label={t('audit.search')}
          placeholder="actor.name:kim@shop.example outcome:refused"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Select
          aria-label={t('range.label')}
          data={RANGES.map((range) => ({ value: range, label: t(`range.${range}`) }))}
          value={from}
          onChange={(range) => setFrom(range ?? from)}
          allowDeselect={false}
          w={170}
        />
        <Button type="submit">{t('search.run')}</Button>
      </form>
      {audit.isError && (
        <Text size="sm" role="alert">
          {audit.error.message}
        </Text>
      )}
      {audit.data?.rows.length === 0 && <Text size="sm">{t('audit.none')}</Text>}
      <ul className="people-list" aria-label={t('audit.title')}>
        {audit.data?.rows.map((event) => (
          <Entry key={event.event_id} event={event} />
        ))}
      </ul>
    </>
  );
}

function Entry({ event }: { event: SearchResponse['rows'][number] }) {
  const { t, i18n } = useTranslation();
  const { attributes: said = {}, timestamp = '' } = event;
  const details = Object.entries({ before: said.before, after: said.after, user_agent: said.user_agent }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return (
    <li className="audit-entry">
      <Text size="xs" c="dimmed" component="time" className="audit-time">
        {new Date(timestamp).toLocaleString(i18n.language, { dateStyle: 'short', timeStyle: 'medium' })}
      </Text>
      <div className="people-name">
        <Text size="sm">
          <b>{said['actor.name']}</b> {said.action} {said.target}{' '}
          {said.outcome === 'refused' && (
            <Badge size="sm" color="red" variant="light">
              {t('audit.refused')}
            </Badge>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {said.address}
        </Text>
        {details.length > 0 && (
          <details>
            <summary>{t('audit.details')}</summary>
            {details.map(([name, value]) => (
              <div key={name}>
                <Text size="xs" fw={600} mt={4}>
                  {t(`audit.${name}`)}
                </Text>
                <pre className="code audit-json">{value}</pre>
              </div>
            ))}
          </details>
        )}
      </div>
    </li>
  );
}
