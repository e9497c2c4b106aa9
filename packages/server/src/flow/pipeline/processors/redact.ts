import { z } from 'zod';
import { NAMED_COLUMNS } from '../event-model/names.ts';
import { targetSchema } from '../field-names.ts';
import { SENSITIVE, SENSITIVE_KINDS, type SensitiveKind } from '../formats/sensitive.ts';
import { processor } from '../processor.ts';

const DEFAULT_KINDS: readonly SensitiveKind[] = [
  'email',
  'phone',
  'resident_number',
  'card',
  'jwt',
  'bearer',
  'aws_key',
];

/** Everything that is text of a sender; time and level have a form of their own. */
const COLUMNS = NAMED_COLUMNS.filter((column) => column !== 'timestamp' && column !== 'level');

export const redact = processor(
  'redact',
  'Takes secrets and personal data out of message and all attributes, or of some fields: masks them, keeps the last 4 characters, or puts a hash in their place.',
  {
    kinds: z
      .array(z.enum(SENSITIVE_KINDS))
      .min(1)
      .default([...DEFAULT_KINDS]),
    /** Expressions of your own: what they find is masked under their name. */
    patterns: z
      .record(z.string().regex(/^[\w-]{1,32}$/, 'a name has letters, digits, _ and -'), z.string().min(1).max(1_000))
      .default({}),
    action: z.enum(['mask', 'last4', 'hash']).default('mask'),
    salt: z.string().max(256).default(''),
    fields: z.array(targetSchema).min(1).max(100).optional(),
  },
  (state, { kinds, patterns, action, salt, fields }) => {
    const rules = [
      ...kinds.map((kind) => ({ name: `${kind}`, ...SENSITIVE[kind], place: '' })),
      ...Object.entries(patterns).map(([name, pattern]) => ({
        name,
        pattern,
        valid: undefined,
        place: `patterns.${name}`,
      })),
    ];
    const mark = (found: string, name: string): string => {
      if (action === 'mask') return state.text(`[${name}]`);
      if (action === 'last4') return `concat('****', substringUTF8(${found}, -4))`;
      return `concat(${state.text(`[${name}:`)}, substring(lower(hex(SHA256(concat(${state.text(salt)}, ${found})))), 1, 12), ']')`;
    };
    const known = rules.filter(({ place }) => place === '').map(({ pattern }) => state.text(pattern));
    const own = rules.filter(({ place }) => place !== '').map(({ pattern, place }) => state.regex(pattern, place));
    /** One pass tells whether there is anything to do. */
    const holdsAny = (value: string): string =>
      [`multiMatchAny(${value}, [${known.join(', ')}])`, ...own.map((regex) => `match(${value}, ${regex})`)].join(
        ' OR ',
      );
    /** One rule after the other on a text that holds something. */
    const cleaned = (value: string): string =>
      rules.reduce((text, { name, pattern, valid }) => {
        const regex = state.text(pattern);
        if (action === 'mask' && valid === undefined)
          return `replaceRegexpAll(${text}, ${regex}, ${state.text(`[${name}]`)})`;
        const found = `arrayDistinct(extractAll(t, ${state.text(`(${pattern})`)}))`;
        const chosen = valid === undefined ? found : `arrayFilter(c -> ${valid('c')}, ${found})`;
        // The text stands in it once: it is all that the rules before made.
        return `arrayMap(t -> arrayFold((acc, c) -> replaceAll(acc, c, ${mark('c', name)}), ${chosen}, t), [${text}])[1]`;
      }, value);
    const change = (value: string): string =>
      `if(${holdsAny(value)}, ${cleaned(`toString(${value})`)}, toString(${value}))`;
    if (fields === undefined) state.changeAll(change, COLUMNS);
    else for (const field of fields) state.write(field, change(state.step(`toString(${state.read(field)})`)));
  },
);
