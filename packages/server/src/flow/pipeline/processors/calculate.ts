import { z } from 'zod';
import { targetSchema } from '../field-names.ts';
import { arithmetic } from '../formats/arithmetic.ts';
import { processor } from '../processor.ts';

export const calculate = processor(
  'calculate',
  'Calculates with fields: {duration_s: "duration_ms / 1000", total: "round(in + out, 2)"}.',
  { fields: z.record(targetSchema, z.string().min(1).max(1_000)) },
  (state, { fields }, { path }) => {
    const values = Object.entries(fields).map(([name, written]) => {
      const { sql, reads } = arithmetic(state, written, `${path}.fields.${name}`);
      return { name, reads, value: state.guarded(`ifNull(if(isFinite(${sql}), toString(${sql}), ''), '')`, `''`) };
    });
    for (const { name, value, reads } of values) {
      state.writeIfThere(name, value);
      const there = reads.map((field) => `toString(${state.read(field)}) != ''`).join(' AND ');
      if (there !== '') state.fail(`${value} = '' AND ${there}`, `${name} cannot be calculated: a field is no number`);
    }
  },
);
