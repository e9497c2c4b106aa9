import { Button, CopyButton, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveAs } from './download.ts';
import { EventDiff } from './EventDiff.tsx';
import { messageOf, type Row } from './row-values.ts';

/** More side by side cannot be read. */
const MAX_COMPARED = 4;

export interface PickedProps {
  readonly rows: readonly Row[];
  readonly utc: boolean;
  readonly onClear: () => void;
}

/** What can be done with the events that were picked with Ctrl-click, Shift-click or `x`. */
export function Picked({ rows, utc, onClear }: PickedProps) {
  const { t } = useTranslation();
  const [comparing, setComparing] = useState(false);
  const ndjson = (): string => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
  return (
    <Group gap={6} className="picked">
      <Text size="sm" fw={600} role="status">
        {t('picked.count', { count: rows.length })}
      </Text>
      <CopyButton value={rows.map((row) => `${row.timestamp} ${row.level} ${messageOf(row)}`).join('\n')}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {t(copied ? 'event.copied' : 'picked.copy')}
          </Button>
        )}
      </CopyButton>
      <Button size="compact-xs" variant="default" onClick={() => saveAs(new Blob([ndjson()]), 'moalog-events.ndjson')}>
        {t('picked.export')}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={rows.length < 2 || rows.length > MAX_COMPARED}
        onClick={() => setComparing(true)}
      >
        {t('picked.compare')}
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" c="dimmed" onClick={onClear}>
        {t('picked.clear')}
      </Button>
      <EventDiff events={rows} opened={comparing} utc={utc} onClose={() => setComparing(false)} />
    </Group>
  );
}
