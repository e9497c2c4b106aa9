import type { TestServer } from '@moalog/testkit';

export const PASSWORD = 'correct horse battery';

/** What a signed-in person (or a key) asks of the server. */
export interface Visitor {
  readonly cookie: string;
  ask(method: string, path: string, body?: object): Promise<{ status: number; body: never }>;
}

export function visitor(server: Pick<TestServer, 'url'>, credential: Readonly<Record<string, string>>): Visitor {
  return {
    cookie: credential.cookie ?? '',
    async ask(method, path, body) {
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: { ...credential, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as never }; // each test knows its shape
    },
  };
}

export const nobody = (server: Pick<TestServer, 'url'>): Visitor => visitor(server, {});
export const keyHolder = (server: Pick<TestServer, 'url' | 'key'>): Visitor =>
  visitor(server, { 'x-api-key': server.key });

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

export async function signIn(server: Pick<TestServer, 'url'>, email: string, password = PASSWORD): Promise<Visitor> {
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return visitor(server, { cookie: cookieOf(answer) });
}

/** Takes an invitation by its link, and is signed in. */
export async function accept(server: Pick<TestServer, 'url'>, link: string, name: string): Promise<Visitor> {
  const answer = await fetch(`${server.url}/api/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: link.split('#invitation=')[1], name, password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`accept: ${answer.status} ${await answer.text()}`);
  return visitor(server, { cookie: cookieOf(answer) });
}

/** Invites and accepts. */
export async function join(server: TestServer, email: string, given: object = {}): Promise<Visitor & { id: string }> {
  const { body } = await keyHolder(server).ask('POST', '/api/v1/invitations', { email, ...given });
  const person = await accept(server, (body as { link: string }).link, email.split('@')[0] ?? email);
  const profile = await person.ask('GET', '/api/v1/profile');
  return { ...person, id: (profile.body as { id: string }).id };
}
