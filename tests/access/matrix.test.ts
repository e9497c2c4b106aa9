import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServer, startServer } from '@moalog/server';
import { loadConfig } from '@moalog/server/config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, makeKeys, makePeople, signIn } from './callers.ts';
import { readTables, type Table, writeTable } from './table.ts';

/** MOALOG_TEST_ACCESS=write puts rows for new routes into the page, with what was seen: read them, then commit. */
const WRITES = process.env.MOALOG_TEST_ACCESS === 'write';
const [OF_KEYS, OF_PEOPLE] = readTables() as [Table, Table]; // the page has two

let server: RunningServer;
let dir: string;
let keys: ReadonlyMap<string, Readonly<Record<string, string>>>;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'moalog-access-'));
  const argv = ['--http-port', '0', '--data-dir', dir, '--log-level', 'silent'];
  server = await startServer({ config: loadConfig({ argv, env: {}, cwd: dir }).config });
  for (const name of ['a', 'b']) {
    const made = await call(server, 'POST', '/api/v1/projects', { 'x-api-key': server.key }, { name });
    expect(made.status).toBe(201);
  }
  keys = await makeKeys(server);
  await makePeople(server);
}, 60_000);
afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A request to the route for project `a` that would do no harm. */
function request(route: string): { method: string; url: string; body?: object } {
  const [method = '', template = ''] = route.split(' ');
  const url = template.replace(':slug', 'a').replace(':id', '1').replace('*', '_bulk');
  if (url === '/clickhouse') return { method, url: `${url}?database=a&query=SELECT%201` };
  if (method === 'GET') return { method, url: `${url}?project=a` };
  if (url.startsWith('/elasticsearch') || url.endsWith('/ingest')) return { method, url, body: { message: 'x' } };
  const bodies: Record<string, object> = {
    '/api/v1/keys': {},
    '/api/v1/projects': {},
    '/api/v1/keys/1/rotate': {},
    '/api/v1/projects/a': method === 'DELETE' ? { name: 'not its name' } : {},
    '/api/v1/sql': { project: 'a', sql: 'SELECT 1' },
    '/api/v1/session': {},
    '/api/v1/setup': {},
  };
  return { method, url, body: bodies[url] ?? { project: 'a' } };
}

async function seen(route: string, credentials: readonly Readonly<Record<string, string>>[]): Promise<string[]> {
  const { method, url, body } = request(route);
  return Promise.all(
    credentials.map(async (credential) => {
      const answer = await call(server, method, url, credential, body);
      await answer.body?.cancel();
      return answer.status === 401 || answer.status === 403 ? String(answer.status) : 'yes';
    }),
  );
}

/** Agents' calls take every method; one that writes and one that reads stand for them. */
const isAgentsVerb = (route: string): boolean => /\/elasticsearch/.test(route) && !/^(GET|POST) /.test(route);

function routesOfServer(): string[] {
  const open = /^(OPTIONS|GET \/(robots\.txt|\*|assets.*|.*\.[a-z]\w*|)$)/;
  return [...new Set(server.routes.filter((route) => !open.test(route) && !isAgentsVerb(route)))];
}

const advice = 'MOALOG_TEST_ACCESS=write makes the rows of new routes; read them before you commit';

describe.each([['keys', OF_KEYS, 0] as const, ['people', OF_PEOPLE, 1] as const])(
  'the table of %s',
  (what, table, which) => {
    // One sign-in for all routes, but for those that end it.
    let people: readonly Readonly<Record<string, string>>[] = [];
    const credentials = async (route: string) => {
      if (what === 'keys') return table.callers.map((caller) => keys.get(caller) ?? {});
      const ends = route === 'DELETE /api/v1/session';
      if (people.length === 0 || ends)
        people = await Promise.all(table.callers.map((caller) => signIn(server, caller)));
      const now = people;
      if (ends) people = [];
      return now;
    };

    test('every route of the server has a row, and every row a route', async () => {
      const routes = routesOfServer();
      if (WRITES) {
        const kept = table.rows.filter(({ route }) => routes.includes(route));
        const fresh = routes.filter((route) => !kept.some((row) => row.route === route));
        const rows = [...kept];
        for (const route of fresh) rows.push({ route, cells: await seen(route, await credentials(route)) });
        writeTable(which, rows);
        return;
      }
      expect(routes.sort(), advice).toEqual(table.rows.map(({ route }) => route).sort());
    });

    test.each(table.rows)('$route', async ({ route, cells }) => {
      expect(await seen(route, await credentials(route))).toEqual(cells);
    });
  },
);
