import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../load/rig.ts';
import { compileLoad, STATEMENT_SETTINGS } from './compile.ts';
import { readDefinition } from './definition.ts';
import { pipelineOf } from './pipeline.ts';
import { PipelineError } from './pipeline-error.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const SHAPE = { lines: 'parameter', overrides: true, adds: true, mixed: false, zones: 1 } as const;

/** Pieces that end strings, comments and brackets, stand for parameters and steps, or are SQL. */
const PIECES = [
  ...[
    "'",
    "''",
    "\\'",
    '\\',
    '\\\\',
    '"',
    '`',
    ';',
    '--',
    '/*',
    '*/',
    '#',
    '$$',
    '$a$',
    '(',
    ')',
    '[',
    ']',
    ',',
    '->',
    '%',
    '*',
    '|',
    '.',
  ],
  ...[
    '{u1:String}',
    '{p0:String}',
    '{u0:Identifier}',
    'x1',
    'line',
    'raw',
    'given_message',
    'layer_1',
    '\\0',
    '\\x27',
    '\\N',
    '\u0000',
    '\n',
    '\r',
    '\t',
    '\u2019',
    '\ud800',
    '결제',
    '😀',
  ],
  ...[
    ') FROM system.tables --',
    "' || sleep(3) || '",
    "', (SELECT count() FROM logs), '",
    'UNION ALL SELECT',
    'pwned()',
    'SETTINGS max_threads=9',
    'FORMAT Null',
    'a',
    'B',
    '1',
    ' ',
  ],
];
const hostile = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 5 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));

/** What takes text of a person, and how one text becomes processors whose statement has the same nodes whatever the text. */
const PLACES: Readonly<Record<string, (text: string) => unknown[]>> = {
  'a value': (text) => [{ type: 'set', fields: { a: `v${text.replaceAll(/[{}]/g, '')}` } }],
  'a field in a template': (text) => [{ type: 'set', fields: { a: `{f${text.replaceAll(/[{}]/g, '')}}` } }],
  'a field that is set': (text) => [{ type: 'set', fields: { [`f${text}`]: 'x' } }],
  'a field that is read': (text) => [{ type: 'copy', fields: { [`f${text}`]: 'b' } }],
  'a field that is removed': (text) => [
    { type: 'remove', fields: [`f${text.replaceAll('*', '')}`] },
    { type: 'remove', fields: [`f${text.replaceAll('*', '')}*`] },
  ],
  'a field of a tokenizer': (text) => [
    { type: 'dissect', tokenizer: `%{f${text.replaceAll(/[}|>]|\/\d+$/g, '')}} - %{b}` },
  ],
  'a delimiter': (text) => [{ type: 'dissect', tokenizer: `%{a} -${text.replaceAll('%', '')}%{b}` }],
  'a group': (text) => [{ type: 'regex', pattern: `(?<f${text.replaceAll('>', '')}>x)` }],
  'an expression': (text) => [{ type: 'regex', pattern: `(?<a>x)[${text.replaceAll(/[[\]\\]/g, '')}x]` }],
  'a grok pattern': (text) => [
    { type: 'grok', pattern: `%{P:a}`, patterns: { P: `[${text.replaceAll(/[[\]\\%]/g, '')}x]` } },
  ],
  'a column': (text) => [{ type: 'csv', columns: ['a', `f${text}`] }],
  'a log format': (text) => [{ type: 'access_log', format: `$remote_addr -${text.replaceAll(/[$%]/g, '')}- $status` }],
  'a word of a level': (text) => [{ type: 'level', map: { [`w${text}`.slice(0, 60)]: 'warn' } }],
  'a replacement': (text) => [{ type: 'replace', pattern: 'x', with: text }],
  'a cell of a table': (text) => [{ type: 'lookup', field: 'f', csv: `k,"c"\n"v${text.replaceAll('"', '""')}",w` }],
  'a field in a calculation': (text) => [{ type: 'calculate', fields: { x: `1 + \`f${text.replaceAll('`', '')}\`` } }],
  'a separator': (text) => [{ type: 'split', field: 'a', separator: `s${text}`, into: ['b', 'c'] }],
  'a salt': (text) => [{ type: 'hash', fields: ['a'], salt: text }],
  'a target': (text) => [{ type: 'json', target: `t${text}` }],
  'a time format': (text) => [
    { type: 'timestamp', formats: [`yyyy'${text.replaceAll("'", "''").replaceAll('%', '')}'`] },
  ],
  'a phrase of a condition': (text) => [{ type: 'drop', when: `f:"${text.replaceAll(/[\\"]/g, '\\$&')}"` }],
  'a field of a condition': (text) => [{ type: 'drop', when: `"f${text.replaceAll(/[\\"]/g, '\\$&')}":x` }],
};

const statement = (processors: unknown[]): string =>
  compileLoad(SHAPE, {
    kind: 'pipeline',
    project: 'default',
    pipeline: pipelineOf('1', readDefinition({ processors })),
  });

/** The nodes of a statement as the engine reads it; literals without their value. */
async function nodes(sql: string): Promise<string> {
  const result = await rig.store.client.query({
    query: `EXPLAIN AST ${sql}`,
    format: 'JSONEachRow',
    query_params: PARAMETERS,
    clickhouse_settings: STATEMENT_SETTINGS,
  });
  const rows = await result.json<{ explain: string }>();
  return rows.map(({ explain }) => explain.replace(/Literal [\s\S]*/, 'Literal')).join('\n');
}
const PARAMETERS = {
  first_event_id: 0,
  retention_days: 30,
  retention_projects: [''],
  retention_of_projects: [30],
  zone_0: 'Asia/Seoul',
  lines: '',
  frames: '',
};

describe('what people write stays text', () => {
  it.each(Object.entries(PLACES))('%s never changes the statement', async (_, place) => {
    const plain = await nodes(statement(place('a')));
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const sql = compiled(place(text));
        if (sql !== null) expect(await nodes(sql)).toBe(plain);
      }),
      { numRuns: 25 },
    );
  });

  it('values and names come out as they were written', async () => {
    const written = fc
      .tuple(hostile, hostile)
      .map((texts) => texts.map((text) => text.toWellFormed().replaceAll(/[{}]/g, '')));
    await fc.assert(
      fc.asyncProperty(written, async ([value = '', name = '']) => {
        const processors = [{ type: 'set', fields: { [`f${name}`]: `v${value}`, 'own name': `{f${name}}` } }];
        if (compiled(processors) === null) return;
        rig.usePipelines(new Map([['default', pipelineOf('1', readDefinition({ processors }))]]));
        expect((await rig.loadLine('x')).attributes).toMatchObject({ [`f${name}`]: `v${value}` });
      }),
      { numRuns: 15 },
    );
  });
});

/** Null for what is refused before there is a statement: names with control characters, say. */
function compiled(processors: unknown[]): string | null {
  try {
    return statement(processors);
  } catch (error) {
    if (error instanceof PipelineError) return null;
    throw error;
  }
}
