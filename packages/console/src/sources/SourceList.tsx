import { Select, Text } from '@mantine/core';
import type { SourceInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { Pending } from '../ui/Pending.tsx';
import { useSources } from './questions.ts';
import { SourceRow } from './SourceRow.tsx';

/** What asks for attention comes first, then what brings most. */
const ORDER: readonly SourceInfo['state'][] = ['failing', 'receiving', 'quiet', 'waiting', 'off'];

const sorted = (sources: readonly SourceInfo[]): SourceInfo[] =>
  sources.toSorted(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || b.events - a.events || a.protocol.localeCompare(b.protocol),
  );

/** All receivers with what they bring, of one project or of all. */
export function SourceList() {
  const { t } = useTranslation();
  const { session } = useShell();
  const [project, setProject] = useState<string | null>(null);
  const all = session.projects.map(({ slug }) => slug);
  const sources = useSources(project === null ? all : [project]);
  return (
    <>
      <PageHead title={t('app.sources')} lead={t('sources.lead')}>
        {session.projects.length > 1 && (
          <Select
            aria-label={t('sources.project')}
            placeholder={t('sources.project.all')}
            clearable
            searchable
            data={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
            value={project}
            onChange={setProject}
          />
        )}
      </PageHead>
      {sources.data === undefined ? (
        <Pending error={sources.error} onRetry={() => void sources.refetch()} rows={8} />
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th>{t('sources.receiver')}</th>
              <th>{t('sources.state')}</th>
              <th className="number">{t('sources.rate')}</th>
              <th className="number">{t('sources.events')}</th>
              <th className="number">{t('sources.bytes')}</th>
              <th>{t('sources.last')}</th>
            </tr>
          </thead>
          <tbody>
            {sorted(sources.data).map((source) => (
              <SourceRow key={source.id} source={source} />
            ))}
          </tbody>
        </table>
      )}
      <Text size="xs" c="dimmed" mt="md">
        {t('sources.off.how')}
      </Text>
    </>
  );
}
