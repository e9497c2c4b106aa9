import { ScrollArea } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part that scrolls both ways, by keyboard too. */
export function Scroll({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <ScrollArea.Autosize
      mah={420}
      type="auto"
      viewportProps={{
        tabIndex: 0,
        role: 'region',
        'aria-label': label,
        ...(className === undefined ? {} : { className }),
      }}
    >
      {children}
    </ScrollArea.Autosize>
  );
}
