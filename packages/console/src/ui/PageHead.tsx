import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Name of a page, what it is for, and its main act at the right. */
export function PageHead({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <header className="page-head">
      <div>
        <Title order={1} size="h3">
          {title}
        </Title>
        <Text size="sm" c="dimmed" maw={620}>
          {lead}
        </Text>
      </div>
      {children}
    </header>
  );
}
