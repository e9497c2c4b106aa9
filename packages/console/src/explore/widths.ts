import { useCallback, useState } from 'react';

const KEPT = 'moalog.widths';
const DEFAULT_PX = 120;
export const MIN_PX = 60;
export const MAX_PX = 900;

/** Widths of columns are a person's own, so this browser keeps them and the address does not. */
export function useWidths(): { widthOf: (field: string) => number; resize: (field: string, px: number) => void } {
  const [widths, setWidths] = useState(read);
  const resize = useCallback((field: string, px: number) => {
    setWidths((before) => {
      const after = { ...before, [field]: Math.round(Math.min(MAX_PX, Math.max(MIN_PX, px))) };
      localStorage.setItem(KEPT, JSON.stringify(after));
      return after;
    });
  }, []);
  const widthOf = useCallback((field: string) => widths[field] ?? DEFAULT_PX, [widths]);
  return { widthOf, resize };
}

function read(): Readonly<Record<string, number>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, px]) => typeof px === 'number' && px >= MIN_PX));
  } catch {
    return {};
  }
}
