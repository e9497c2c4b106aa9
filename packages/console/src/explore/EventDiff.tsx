import { Modal, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { withoutAnsi } from './ansi.ts';
import { diffOf } from './event-diff.ts';
import type { Row } from './row-values.ts';
import { formatTime } from './time.ts';

/** The chosen events side by side: what differs is marked, what is the same is hidden until asked for. */
export function EventDiff({
  events,
  opened,
  utc,
  onClose,
}: {
  events: readonly Row[];
  opened: boolean;
  utc: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [same, setSame] = useState(false);
  const diffs = diffOf(events);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="min(1200px, 94vw)"
      title={t('diff.title', { count: events.length })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <Switch
        size="sm"
        mb="sm"
        label={t('diff.same', { count: diffs.filter((diff) => !diff.differs).length })}
        checked={same}
        onChange={(event) => setSame(event.currentTarget.checked)}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable table must be reachable by keyboard */}
      <div className="diff" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('diff.field')}</th>
              {events.map((event) => (
                <th key={event.event_id} scope="col">
                  {formatTime(event.timestamp ?? '', utc).slice(5)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {diffs
              .filter((diff) => diff.differs || same)
              .map((diff) => (
                <tr key={diff.field} className={diff.differs ? 'differs' : ''}>
                  <th scope="row">{diff.field}</th>
                  {diff.values.map((value, i) => (
                    <td key={events[i]?.event_id}>
                      {value === undefined ? (
                        <Text span size="xs" c="dimmed">
                          {t('diff.missing')}
                        </Text>
                      ) : (
                        withoutAnsi(value)
                      )}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Modal>
  );
}
