import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

const PARTS = 1_000_000;

/** By a hash, so that a segment that is loaded again keeps the same events. */
export const sample = processor(
  'sample',
  'Keeps a share of the events and drops the others; with a field, all events of a value or none (a trace, a user).',
  { rate: z.number().gt(0).lt(1), by: fieldSchema.optional() },
  (state, { rate, by }) => {
    const key = by === undefined ? 'raw, row, received_at_ms' : `toString(${state.read(by)})`;
    // What has no value is not sampled by it.
    const exempt = by === undefined ? '' : `toString(${state.read(by)}) != '' AND `;
    state.drop(`${exempt}sipHash64(${key}) % ${PARTS} >= ${Math.round(rate * PARTS)}`);
    state.write('moalog.sample_rate', `'${rate}'`);
  },
);
