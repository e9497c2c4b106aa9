import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServer, startServer } from '@moalog/server';
import { loadConfig } from '@moalog/server/config';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The table that people read is the one that is tested. */
const PAGE = path.resolve(import.meta.dirname, '../../docs/access.md');
const [HEAD = [], , ...ROWS] = readFileSync(PAGE, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

let server: RunningServer;
let dir: string;
const keys = new Map<string, string>();

const call = (method: string, url: string, key: string | undefined, body?: object): Promise<Response> =>
  fetch(`${server.url}${url}`, {
    method,
    headers: {
      ...(key !== undefined && { 'x-api-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-moalog-project': 'a',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'moalog-access-'));
  const argv = ['--http-port', '0', '--data-dir', dir, '--log-level', 'silent'];
  server = await startServer({ config: loadConfig({ argv, env: {}, cwd: dir }).config });
  for (const name of ['a', 'b'])
    expect((await call('POST', '/api/v1/projects', server.key, { name })).status).toBe(201);
  for (const place of ['own', 'foreign', 'all'])
    for (const scope of ['ingest', 'read', 'admin']) {
      const project = place === 'all' ? undefined : place === 'own' ? 'a' : 'b';
      const answer = await call('POST', '/api/v1/keys', server.key, { name: scope, scopes: [scope], project });
      keys.set(`${place} ${scope}`, ((await answer.json()) as { secret: string }).secret);
    }
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

async function seen(route: string): Promise<string[]> {
  const { method, url, body } = request(route);
  return Promise.all(
    HEAD.slice(1).map(async (caller) => {
      const answer = await call(method, url, keys.get(caller), body);
      await answer.body?.cancel();
      return answer.status === 401 || answer.status === 403 ? String(answer.status) : 'yes';
    }),
  );
}

test('every route of the server has a row in docs/access.md, and every row a route', () => {
  const open = /^(OPTIONS|GET \/(robots\.txt|\*|assets.*|.*\.[a-z]\w*|)$)/;
  const routes = server.routes.filter((route) => !open.test(route) && !isAgentsVerb(route));
  expect([...new Set(routes)].sort()).toEqual(ROWS.map(([route]) => route).sort());
});

/** Agents' calls take every method; one that writes and one that reads stand for them. */
const isAgentsVerb = (route: string): boolean => /\/elasticsearch/.test(route) && !/^(GET|POST) /.test(route);

test.each(ROWS.map(([route = '', ...cells]) => ({ route, cells })))('$route', async ({ route, cells }) => {
  expect(await seen(route)).toEqual(cells);
});
