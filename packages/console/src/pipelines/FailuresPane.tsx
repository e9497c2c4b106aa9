import { Anchor, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFailures } from './questions.ts';

/** Signs of the search language stand for themselves behind a backslash; quotes would take the stars' meaning, too. */
const escaped = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_.]/gu, '\\$&');

/** What processors could not handle in the last day, each with the way to its events. */
export function FailuresPane({ project }: { project: string }) {
  const { t } = useTranslation();
  const { data } = useFailures(project);
  if (data === undefined) return null;
  const share = data.events === 0 ? 0 : data.failed / data.events;
  const link = (processor: string): string =>
    `/explore?${new URLSearchParams({ project, q: `moalog.errors:*${escaped(processor)}*`, from: 'now-24h', to: 'now' })}`;
  return (
    <>
      <Text size="sm" mb="xs">
        {t('pipelines.share', {
          failed: data.failed.toLocaleString(),
          events: data.events.toLocaleString(),
          percent: (share * 100).toFixed(2),
        })}
      </Text>
      {data.processors.length === 0 ? (
        <Text c="dimmed">{t('pipelines.noFailures')}</Text>
      ) : (
        <Table withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('pipelines.processor')}</Table.Th>
              <Table.Th>{t('pipelines.reason')}</Table.Th>
              <Table.Th>{t('pipelines.version')}</Table.Th>
              <Table.Th>{t('pipelines.events')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.processors.map(({ processor, reason, version, events }) => (
              <Table.Tr key={`${processor} ${reason} ${version}`}>
                <Table.Td>{processor}</Table.Td>
                <Table.Td>{reason}</Table.Td>
                <Table.Td>{version}</Table.Td>
                <Table.Td>
                  <Anchor href={link(processor)}>{events.toLocaleString()}</Anchor>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
