import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Event, PreviewPipelineResponse } from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples/pipelines');
const LOGS = path.resolve(import.meta.dirname, '../../../shared/data/loghub');
const SHARE = 0.99;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
});

const example = (name: string): string => readFileSync(path.join(EXAMPLES, `${name}.yaml`), 'utf8');

async function ask(method: string, url: string, body: object): Promise<unknown> {
  const answer = await server.request(`/api/v1/${url}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return JSON.parse(text);
}

test.each(readdirSync(EXAMPLES).filter((file) => file.endsWith('.yaml')))(
  '%s reads the line in its comment',
  async (file) => {
    const text = readFileSync(path.join(EXAMPLES, file), 'utf8');
    const line = /^# (.*)$/m.exec(text)?.[1] ?? '';
    const seen = (await ask('POST', 'pipelines/default/preview', { text, lines: [line] })) as PreviewPipelineResponse; // shape of the contract
    expect(seen.lines[0]?.steps.flatMap((step) => step.failures)).toEqual([]);
    expect([seen.parsed, seen.failed]).toEqual([1, 0]);
    expect(seen.lines[0]?.event).not.toMatchObject({ 'moalog.timestamp_error': expect.anything() });
  },
);

/** What the authors of the sets found in each line. */
interface Told {
  readonly message: string;
  /** Null: the line has none. */
  readonly level: string | null;
  /** Without the year where the line has none. */
  readonly time: string;
}

/** Lines of a CSV file with a head. */
function rowsOf(file: string): Record<string, string>[] {
  const [head = [], ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = (name = ''): string => String(MONTHS.indexOf(name) + 1).padStart(2, '0');
const LEVELS: Readonly<Record<string, string>> = {
  notice: 'info',
  error: 'error',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  fatal: 'fatal',
};
type Row = Record<string, string>;

const SETS: readonly (readonly [set: string, example: string, time: (row: Row) => string])[] = [
  [
    'Apache',
    'apache-error',
    ({ Time = '' }) =>
      Time.replace(
        /^\w+ (\w+) (\d+) (\S+) (\d+)$/,
        (_, m: string, d: string, t: string, y: string) => `${y}-${month(m)}-${d}T${t}`,
      ),
  ],
  ['Hadoop', 'hadoop', (row) => `${row.Date}T${row.Time?.replace(',', '.')}`],
  [
    'HDFS',
    'hdfs',
    (row) => `20${row.Date?.replace(/(..)(..)(..)/, '$1-$2-$3')}T${row.Time?.replace(/(..)(..)(..)/, '$1:$2:$3')}`,
  ],
  ['Linux', 'linux-syslog', (row) => `${month(row.Month)}-${row.Date?.padStart(2, '0')}T${row.Time}`],
  ['OpenSSH', 'openssh', (row) => `${month(row.Date)}-${row.Day?.padStart(2, '0')}T${row.Time}`],
  ['Spark', 'spark', (row) => `20${row.Date?.replaceAll('/', '-')}T${row.Time}`],
  ['Windows', 'windows-cbs', (row) => `${row.Date}T${row.Time}`],
  ['Zookeeper', 'zookeeper', (row) => `${row.Date}T${row.Time?.replace(',', '.')}`],
];

/** Real logs of eight systems lie beside the project in development; they are not part of it. */
describe.skipIf(!existsSync(LOGS))('2,000 real lines', () => {
  test.each(SETS)('of %s: time, level and message are what the authors of the set say', async (set, name, timeOf) => {
    const project = set.toLowerCase();
    await ask('POST', 'projects', { name: set, slug: project });
    await ask('PUT', `pipelines/${project}`, { text: example(name) });
    const lines = readFileSync(path.join(LOGS, `${set}_2k.log`));
    const told = rowsOf(path.join(LOGS, `${set}_2k.log_structured.csv`)).map(
      (row): Told => ({
        message: (row.Content ?? '').trim(),
        // Linux' column of that name is the host.
        level:
          set === 'Linux' || row.Level === undefined
            ? null
            : (LEVELS[row.Level.toLowerCase()] ?? `no level ${row.Level}`),
        time: timeOf(row),
      }),
    );
    await server.send(lines, { project });
    const events = await eventsOf(project, told.length);
    expect(events).toHaveLength(told.length);
    // Searches are in order of time; the set is in order of lines, which event ids have.
    const right = events.filter((event, i) => {
      const { message, level, time } = told[i] ?? { message: '', level: '', time: '' };
      return (
        event.message === message &&
        (level === null || event.level === level) &&
        event.timestamp.replace(/^\d{4}-(?=\d\d-\d\dT)/, time.length < 19 ? '' : '$&').startsWith(time)
      );
    });
    expect(right.length / told.length).toBeGreaterThanOrEqual(SHARE);
    expect(events.filter((event) => event.attributes['moalog.errors'] !== undefined).length / told.length).toBeLessThan(
      1 - SHARE,
    );
  });
});

async function eventsOf(project: string, count: number): Promise<Event[]> {
  const found: Event[] = [];
  for (const giveUp = Date.now() + 20_000; found.length < count && Date.now() < giveUp; ) {
    found.length = 0;
    let cursor: string | null = null;
    do {
      const page = await server.search({ project, limit: 1_000, ...(cursor === null ? {} : { cursor }) });
      found.push(...(page.rows as Event[])); // all columns
      cursor = page.cursor;
    } while (cursor !== null);
  }
  return found.sort((a, b) => (BigInt(a.event_id) < BigInt(b.event_id) ? -1 : 1));
}
