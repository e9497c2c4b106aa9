import { useCallback, useState } from 'react';
import type { Row } from './row-values.ts';

/** Events picked to be copied, exported or compared, by event_id in the order of picking. */
export function usePicked() {
  const [picked, setPicked] = useState<ReadonlyMap<string, Row>>(new Map());
  const pick = useCallback((rows: readonly Row[], how: 'toggle' | 'add') => {
    setPicked((before) => {
      const after = new Map(before);
      for (const row of rows) {
        const id = row.event_id ?? '';
        if (how === 'toggle' && after.has(id)) after.delete(id);
        else after.set(id, row);
      }
      return after;
    });
  }, []);
  const clear = useCallback(() => setPicked(new Map()), []);
  return { picked, pick, clear };
}
