import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { failUnless } from '../formats/captures.ts';
import { mergeDocument } from '../formats/merge-document.ts';
import { processor } from '../processor.ts';

const mark = z.string().length(1, 'one character');

export const keyValue = processor(
  'key_value',
  'Reads key=value pairs (logfmt): level=info msg="it is done" took=5ms.',
  {
    field: fieldSchema.default('message'),
    target: z.string().max(128).optional(),
    separator: mark.default('='),
    between: z.string().min(1).max(8).default(' '),
    quote: mark.default('"'),
  },
  (state, { field, target, separator, between, quote }) => {
    const source = state.guarded(state.read(field), `''`);
    const arguments_ = [separator, between, quote].map((each) => state.text(each)).join(', ');
    const pairs = state.step(`extractKeyValuePairsWithEscaping(${source}, ${arguments_})`);
    // Of a key that is there twice the last value counts: a map would keep both.
    const keys = state.step(`mapKeys(${pairs})`);
    const last = `mapFromArrays(arrayFilter((k, i) -> i = arrayLastIndex(o -> o = k, ${keys}), ${keys}, arrayEnumerate(${keys})), arrayFilter((v, k, i) -> i = arrayLastIndex(o -> o = k, ${keys}), mapValues(${pairs}), ${keys}, arrayEnumerate(${keys})))`;
    const kv = state.step(
      `CAST(if(length(arrayDistinct(${keys})) = length(${keys}), ${pairs}, ${last}), 'Map(LowCardinality(String), String)')`,
    );
    mergeDocument(state, kv, target);
    failUnless(state, `notEmpty(${kv})`, source, field, `there are no pairs key${separator}value in it`);
  },
);
