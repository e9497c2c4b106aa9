import type { RunningServer } from '@moalog/server';
import { expect } from 'vitest';

const PASSWORD = 'correct horse battery';
/** People of the table: role in the organisation, then roles in projects. The project asked about is `a`. */
const PEOPLE: Readonly<Record<string, readonly [role: string, projects: Readonly<Record<string, string>>]>> = {
  member: ['member', {}],
  'own viewer': ['member', { a: 'viewer' }],
  'own editor': ['member', { a: 'editor' }],
  'own admin': ['member', { a: 'admin' }],
  'own owner': ['member', { a: 'owner' }],
  'foreign owner': ['member', { b: 'owner' }],
  'all viewer': ['viewer', {}],
  'all editor': ['editor', {}],
  'all admin': ['admin', {}],
  'all owner': ['owner', {}],
};

type Headers = Readonly<Record<string, string>>;

export const call = (
  server: RunningServer,
  method: string,
  url: string,
  credential: Headers,
  body?: object,
): Promise<Response> =>
  fetch(`${server.url}${url}`, {
    method,
    headers: {
      ...credential,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-moalog-project': 'a',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Keys of the table's first half, by column. */
export async function makeKeys(server: RunningServer): Promise<ReadonlyMap<string, Headers>> {
  const keys = new Map<string, Headers>([['anonymous', {}]]);
  for (const place of ['own', 'foreign', 'all'])
    for (const scope of ['ingest', 'read', 'admin']) {
      const project = place === 'all' ? undefined : place === 'own' ? 'a' : 'b';
      const answer = await call(server, 'POST', '/api/v1/keys', asKey(server), {
        name: scope,
        scopes: [scope],
        project,
      });
      keys.set(`${place} ${scope}`, { 'x-api-key': ((await answer.json()) as { secret: string }).secret });
    }
  return keys;
}

const asKey = (server: RunningServer): Headers => ({ 'x-api-key': server.key });
const emailOf = (column: string): string => `${column.replace(' ', '.')}@shop.example`;

/** Invites the people of the table, and lets them accept. */
export async function makePeople(server: RunningServer): Promise<void> {
  for (const [column, [role, projects]] of Object.entries(PEOPLE)) {
    const roles = Object.entries(projects).map(([project, given]) => ({ project, role: given }));
    const wanted = { email: emailOf(column), role, projects: roles };
    const invited = await call(server, 'POST', '/api/v1/invitations', asKey(server), wanted);
    const { link } = (await invited.json()) as { link: string };
    const token = link.split('#invitation=')[1];
    const accepted = await call(
      server,
      'POST',
      '/api/v1/invitations/accept',
      {},
      { token, name: column, password: PASSWORD },
    );
    expect(accepted.status, column).toBe(201);
  }
}

/** A new sign-in, since some routes end it. */
export async function signIn(server: RunningServer, column: string): Promise<Headers> {
  const given = { email: emailOf(column), password: PASSWORD };
  const answer = await call(server, 'POST', '/api/v1/session', {}, given);
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}
