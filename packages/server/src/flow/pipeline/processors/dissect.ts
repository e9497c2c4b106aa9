import { z } from 'zod';
import { fieldSchema, whyNotWritable } from '../field-names.ts';
import { failUnless } from '../formats/captures.ts';
import { readDissect } from '../formats/dissect.ts';
import { refuse } from '../pipeline-error.ts';
import { processor } from '../processor.ts';

export const dissect = processor(
  'dissect',
  "Cuts a text at fixed delimiters, in Filebeat's syntax: %{client} [%{time}] %{rest}.",
  {
    field: fieldSchema.default('message'),
    tokenizer: z.string().min(1).max(10_000),
    /** Between parts of the same `%{+key}`. */
    append_separator: z.string().max(16).default(' '),
  },
  (state, { field, tokenizer, append_separator }, { path }) => {
    const { source: pattern, keys } = readDissect(tokenizer, `${path}.tokenizer`);
    for (const { name, role } of keys) {
      const why = role === 'field' || role === 'append' ? whyNotWritable(name) : null;
      if (why !== null) throw refuse(`${path}.tokenizer`, why);
    }
    const source = state.step(state.read(field));
    const none = `CAST([], 'Array(String)')`;
    const groups = state.guarded(`extractGroups(${source}, ${state.regex(pattern, 'tokenizer')})`, none);
    const matched = state.step(`notEmpty(${groups})`);
    const value = (index: number): string => `${groups}[${index + 1}]`;
    const named = Map.groupBy(
      keys.map((key, index) => ({ ...key, index })).filter(({ role }) => role === 'field' || role === 'append'),
      ({ name }) => name,
    );
    const found = [...named].map(([name, parts]) => {
      const ordered = parts.toSorted((a, b) => a.order - b.order).map(({ index }) => value(index));
      const [only] = ordered;
      return [
        name,
        state.step(
          ordered.length === 1 && only !== undefined
            ? only
            : `arrayStringConcat([${ordered.join(', ')}], ${state.text(append_separator)})`,
        ),
      ] as const;
    });
    for (const [name, sql] of found) state.writeIfThere(name, sql);
    keys.forEach((key, index) => {
      if (key.role !== 'name') return;
      const other = keys.findIndex(({ role, name }) => role === 'value' && name === key.name);
      if (other < 0) throw refuse(`${path}.tokenizer`, `%{*${key.name}} needs %{&${key.name}}`);
      state.merge(
        state.step(
          `CAST(if(${matched} AND ${value(index)} != '', map(${value(index)}, ${value(other)}), CAST(map(), 'Map(String, String)')), 'Map(LowCardinality(String), String)')`,
        ),
      );
    });
    failUnless(state, matched, source, field, 'the text has other delimiters');
  },
);
