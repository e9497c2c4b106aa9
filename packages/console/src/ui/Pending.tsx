import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { whyOf } from '../api/why.ts';

/** What a question shows until it is answered: bones of the rows to come, or why it failed with a way to try again. */
export function Pending({ error, onRetry, rows = 4 }: { error: unknown; onRetry: () => void; rows?: number }) {
  const { t } = useTranslation();
  if (error === null)
    return (
      <div className="bones" role="status" aria-label={t('app.loading')}>
        {Array.from({ length: rows }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
          <i key={i} />
        ))}
      </div>
    );
  return (
    <Alert color="red" role="alert">
      <Group gap="xs">
        <Text size="sm">{whyOf(error, t)}</Text>
        <Button size="compact-xs" color="red.9" onClick={onRetry}>
          {t('state.retry')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Nothing is there: what it would be, and what to do. */
export function Empty({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <Text fw={600}>{title}</Text>
      {children}
    </div>
  );
}
