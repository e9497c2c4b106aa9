import { z } from 'zod';
import { documentSteps } from '../event-model/document.ts';
import { fieldSchema } from '../field-names.ts';
import { failUnless } from '../formats/captures.ts';
import { mergeDocument } from '../formats/merge-document.ts';
import { renamed } from '../layers.ts';
import { processor } from '../processor.ts';

export const json = processor(
  'json',
  'Reads a JSON object in a field: its fields become fields of the event, under the names every document is read by.',
  {
    field: fieldSchema.default('message'),
    /** Puts its fields below this name, and none of them becomes a column. */
    target: z.string().max(128).optional(),
    /** Removes the field that was read. */
    remove: z.boolean().default(false),
  },
  (state, { field, target, remove }) => {
    const source = state.guarded(state.read(field), `''`);
    const start = state.step(`position(${source}, '{')`);
    // What stands before the object (a prefix of the line) is not read.
    const raw = state.step(`if(${start} = 0, '', substring(${source}, ${start}))`);
    const document = state.stepsOf(documentSteps(), renamed, { raw });
    const matched = state.step(document('is_json'));
    if (remove) state.write(field, `if(${matched}, '', ${state.read(field)})`);
    mergeDocument(state, document('kv'), target);
    failUnless(state, `(${matched} OR ${raw} = '{}')`, source, field, 'there is no JSON object in it');
  },
);
