import { z } from 'zod';
import { processor } from '../processor.ts';

/** `when` is read before: without one, everything that comes here is dropped (inside an if, say). */
export const drop = processor('drop', 'Drops the events it applies to: they are not stored.', {}, (state) => {
  state.drop('1');
});

export const keep = processor(
  'keep',
  'Keeps events that a search finds and drops all others.',
  { where: z.string().min(1).max(10_000) },
  (state, { where }, context) => {
    state.drop(`NOT ${state.step(`toUInt8(${context.condition(where, 'where')})`)}`);
  },
);
