import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

/** Type and message of the exception, and a frame, as each language writes them. */
const LANGUAGES: readonly { readonly name: string; readonly head: string; readonly frame: string }[] = [
  {
    name: 'python',
    head: String.raw`Traceback \(most recent call last\):[\s\S]*\n([A-Za-z_][\w.]*)(?:: ([^\n]*))?\s*$`,
    frame: String.raw`\n\s*File "([^\n]+)`,
  },
  {
    name: 'java',
    head: String.raw`(?:^|\n|\s)(?:Caused by: |Exception in thread "[^"]*" )?((?:[\w$]+\.)+[A-Z][\w$]*)(?:: ([^\n]*))?\n\s+at `,
    frame: String.raw`\n\s+at ([\w$.<>/@-]+\([^)\n]*\))`,
  },
  {
    name: 'nodejs',
    head: String.raw`(?:^|\n|\s)([A-Z]\w*(?:Error|Exception)?)(?: \[[^\]]*\])?: ([^\n]*)\n\s+at `,
    frame: String.raw`\n\s+at ([^\n]+)`,
  },
  {
    name: 'go',
    head: String.raw`(?:^|\n)(panic|fatal error): ([^\n]*)\n(?:[^\n]*\n)*?\s*goroutine `,
    frame: String.raw`\n\t(\S+:\d+)`,
  },
];
const MAX_FRAMES = 30;

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const stackTrace = processor(
  'stack_trace',
  'Reads exception.type, exception.message and exception.frames from a stack trace of Java, Python, Node.js or Go.',
  {
    field: fieldSchema.default('message'),
    /** Leaves the first line in the field and puts the trace into exception.stacktrace. */
    fold: z.boolean().default(false),
  },
  (state, { field, fold }) => {
    const source = state.guarded(`toString(${state.read(field)})`, `''`);
    // A trace has lines: nothing is looked for in a text without.
    const text = state.step(`if(position(${source}, '\\n') = 0, '', ${source})`);
    const heads = LANGUAGES.map(({ head }) =>
      state.step(`if(${text} = '', CAST([], 'Array(String)'), extractGroups(${text}, ${quote(head)}))`),
    );
    const pick = (value: (head: string, i: number) => string): string =>
      `multiIf(${heads.map((head, i) => `notEmpty(${head}), ${value(head, i)}`).join(', ')}, '')`;
    const frames = pick(
      (_, i) => `toJSONString(arraySlice(extractAll(${text}, ${quote(LANGUAGES[i]?.frame ?? '')}), 1, ${MAX_FRAMES}))`,
    );
    const found: readonly (readonly [string, string])[] = [
      ['exception.type', state.step(pick((head) => `${head}[1]`))],
      ['exception.message', state.step(pick((head) => `${head}[2]`))],
      ['exception.language', state.step(pick((_, i) => quote(LANGUAGES[i]?.name ?? '')))],
      ['exception.frames', state.step(frames)],
    ];
    for (const [name, value] of found) state.writeIfThere(name, value);
    if (!fold) return;
    const isTrace = state.step(heads.map((head) => `notEmpty(${head})`).join(' OR '));
    state.write('exception.stacktrace', `if(${isTrace}, ${text}, ${state.read('exception.stacktrace')})`);
    state.write(field, `if(${isTrace}, splitByChar('\\n', ${text})[1], ${source})`);
  },
);
