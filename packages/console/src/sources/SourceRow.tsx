import { Text } from '@mantine/core';
import type { SourceInfo } from '@moalog/contract';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../ui/format.ts';
import { guideOf } from './guides.ts';

const TAGS: Readonly<Record<SourceInfo['state'], string>> = {
  failing: 'bad',
  receiving: 'good',
  quiet: 'warn',
  waiting: '',
  off: '',
};

/** A receiver: where it answers, what it brings, and what it refused last. */
export function SourceRow({ source }: { source: SourceInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guide = guideOf(source.receiver);
  const counted = (value: string): string => (source.events === 0 ? '' : value);
  return (
    <tr>
      <td>
        {guide === null ? (
          <Text size="sm" fw={600} component="span">
            {source.protocol}
          </Text>
        ) : (
          <a className="name" href={`/sources/${guide}`}>
            {source.protocol}
          </a>
        )}
        <Text size="xs" c="dimmed" ff="monospace">
          {source.path ?? (source.port === null ? '' : `${source.id} :${source.port}`)}
        </Text>
        {source.lastError !== null && (
          <Text size="xs" className="source-error" title={format.moment(source.lastError.at)}>
            {t('sources.error', { when: format.ago(source.lastError.at), reason: source.lastError.reason })}
            {' · '}
            {source.lastError.message}
          </Text>
        )}
      </td>
      <td data-label={t('sources.state')}>
        <span>
          <span className={`tag ${TAGS[source.state]}`}>{t(`sources.state.${source.state}`)}</span>
        </span>
      </td>
      <td className="number" data-label={t('sources.rate')}>
        {counted(format.count(source.eventsPerMinute))}
      </td>
      <td className="number" data-label={t('sources.events')}>
        {counted(format.count(source.events))}
      </td>
      <td className="number" data-label={t('sources.bytes')}>
        {counted(format.bytes(source.bytes))}
      </td>
      <td data-label={t('sources.last')}>
        {source.lastEventAt !== null && (
          <a
            className="quiet-link"
            href={`/explore?q=${encodeURIComponent(`source:${source.receiver}`)}`}
            title={format.moment(source.lastEventAt)}
          >
            {format.ago(source.lastEventAt)}
          </a>
        )}
      </td>
    </tr>
  );
}
