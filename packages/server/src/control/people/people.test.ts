import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Catalog, migrateCatalog, type UserRow } from '#catalog';
import { onBothDatabases } from '../catalog/catalog-under-test.ts';
import { People } from './people.ts';
import { PersonSessions } from './person-sessions.ts';
import { reachOf } from './reach.ts';
import { SetUp } from './set-up.ts';

const PASSWORD = 'correct horse battery';
const FROM = { method: 'password', address: '192.0.2.7', agent: 'a browser' } as const;
const HOUR_MS = 3_600_000;

onBothDatabases('people', (open) => {
  let catalog: Catalog;
  let close: () => Promise<void>;
  let now: number;
  let people: People;
  let sessions: PersonSessions;

  beforeEach(async () => {
    ({ catalog, close } = open());
    await migrateCatalog(catalog);
    now = Date.parse('2026-11-21T10:00:00Z');
    people = new People(catalog, () => now);
    sessions = new PersonSessions(catalog, () => now);
    for (const slug of ['a', 'b', 'c'])
      await catalog
        .insertInto('projects')
        .values({ slug, name: slug, created_at: '', colour: '', state: 'active' } as never) // the rest has defaults
        .execute();
  });
  afterEach(() => close());

  const make = (role: UserRow['role'] = 'member', email = 'kim@shop.example'): Promise<UserRow> =>
    people.create({ email, name: 'Kim', password: PASSWORD, role });
  const signIn = (password: string, email = 'kim@shop.example', address = '192.0.2.7') =>
    people.withPassword({ email, password }, address);

  test('a password is kept as a salted hash, and an address has one account', async () => {
    const user = await make();
    expect(user.password_hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    await expect(make()).rejects.toMatchObject({ code: 'conflict' });
    expect((await signIn(PASSWORD, ' Kim@Shop.Example ')).id).toBe(user.id);
    await expect(people.setPassword(user, 'kim@shop.example')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(people.setPassword(user, 'aaaaaaaaaaaa')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('five wrong passwords make the next wait, longer each time; an unknown address is answered as a known one', async () => {
    await make();
    for (const email of ['kim@shop.example', 'nobody@shop.example']) {
      for (let i = 0; i < 5; i++) await expect(signIn('wrong wrong', email)).rejects.toMatchObject({ status: 401 });
      await expect(signIn(PASSWORD, email)).rejects.toMatchObject({ code: 'too_many_attempts', retryAfterS: 15 });
    }
    now += 15_000;
    await expect(signIn('wrong wrong')).rejects.toMatchObject({ status: 401 });
    await expect(signIn(PASSWORD)).rejects.toMatchObject({ retryAfterS: 30 });
    now += 30_000;
    await signIn(PASSWORD);
    await expect(signIn('wrong wrong')).rejects.toMatchObject({ status: 401 });
    await signIn(PASSWORD);
  });

  test('guesses side by side are counted as guesses in a row', async () => {
    await make();
    const guesses = await Promise.allSettled(Array.from({ length: 9 }, () => signIn('wrong wrong')));
    const codes = guesses.map((guess) => guess.status === 'rejected' && guess.reason.code);
    expect(codes.filter((code) => code === 'unauthenticated').length).toBeLessThanOrEqual(5);
    await expect(signIn(PASSWORD)).rejects.toMatchObject({ code: 'too_many_attempts' });
  });

  test('the wait ends at a quarter of an hour, and a day without attempts forgets', async () => {
    await make();
    await catalog
      .insertInto('sign_in_failures')
      .values(await failures(400))
      .execute();
    await expect(signIn(PASSWORD)).rejects.toMatchObject({ retryAfterS: 900 });
    now += 25 * HOUR_MS;
    await signIn(PASSWORD);
  });
  const failures = async (count: number) => {
    const { createHash } = await import('node:crypto');
    return { subject: createHash('sha256').update('kim@shop.example').digest('hex'), failures: count, last_at: now };
  };

  test('a disabled person is signed out and cannot sign in', async () => {
    const user = await make();
    const { token } = await sessions.open(user, FROM);
    expect((await sessions.find(token))?.user.id).toBe(user.id);
    await people.change(user.id, { state: 'disabled' });
    sessions.forget();
    expect(await sessions.find(token)).toBeNull();
    await expect(signIn(PASSWORD)).rejects.toMatchObject({ status: 401 });
  });

  test('a sign-in ends after a month, after a week without use, and when it is revoked', async () => {
    const user = await make();
    const used = await sessions.open(user, FROM);
    const idle = await sessions.open(user, FROM);
    for (let day = 1; day < 30; day++) {
      now += 24 * HOUR_MS;
      expect(await sessions.find(used.token)).not.toBeNull();
    }
    expect(await sessions.find(idle.token)).toBeNull();
    now += 25 * HOUR_MS;
    expect(await sessions.find(used.token)).toBeNull();

    const mine = await sessions.open(user, FROM);
    const other = await sessions.open(user, { ...FROM, agent: 'x'.repeat(1_000) });
    const id = (await sessions.find(mine.token))?.sessionId ?? '';
    const listed = await sessions.list(user.id, id);
    expect(listed.map(({ current, agent }) => ({ current, length: agent.length }))).toEqual(
      expect.arrayContaining([
        { current: true, length: 9 },
        { current: false, length: 200 },
      ]),
    );
    const someone = await make('member', 'lee@shop.example');
    expect(await sessions.revoke(someone.id, id)).toBe(false);
    await sessions.revokeAll(user.id, id);
    expect(await sessions.find(other.token)).toBeNull();
    expect(await sessions.revoke(user.id, id)).toBe(true);
    expect(await sessions.find(mine.token)).toBeNull();
  });

  test('roles of the person, of the project and of groups add up; the greatest counts', async () => {
    const user = await make('member');
    const { token } = await sessions.open(user, FROM);
    const reach = async (scope: 'read' | 'write' | 'admin') => {
      sessions.forget();
      const person = await sessions.find(token);
      if (person === null) throw new Error('signed out');
      try {
        return reachOf(person, scope).projects;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(await reach('read')).toBe('forbidden');
    await catalog.insertInto('project_roles').values({ user_id: user.id, project: 'a', role: 'viewer' }).execute();
    expect([await reach('read'), await reach('write')]).toEqual([['a'], 'forbidden']);
    const group = { id: 'g', name: 'G', role: 'member', sso_groups: '[]', created_at: '' } as const;
    await catalog.insertInto('groups').values(group).execute();
    await catalog.insertInto('group_members').values({ group_id: 'g', user_id: user.id, origin: 'manual' }).execute();
    await catalog
      .insertInto('group_projects')
      .values([
        { group_id: 'g', project: 'a', role: 'editor' },
        { group_id: 'g', project: 'b', role: 'admin' },
      ])
      .execute();
    expect([await reach('read'), await reach('write'), await reach('admin')]).toEqual([['a', 'b'], ['a', 'b'], ['b']]);
    await catalog.updateTable('groups').set({ role: 'viewer' }).execute();
    expect([await reach('read'), await reach('write')]).toEqual([null, ['a', 'b']]);
    await catalog.deleteFrom('projects').where('slug', '=', 'b').execute();
    expect(await reach('admin')).toBe('forbidden');
  });

  test('one link makes one owner, and is worth nothing then', async () => {
    const setUp = new SetUp(people);
    await setUp.require(setUp.token);
    await expect(setUp.require('set_other')).rejects.toMatchObject({ status: 401 });
    const wanted = { name: 'Kim', email: 'kim@shop.example', password: PASSWORD };
    const made = await Promise.allSettled([
      setUp.makeOwner(wanted),
      setUp.makeOwner({ ...wanted, email: 'lee@shop.example' }),
    ]);
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(setUp.require(setUp.token)).rejects.toMatchObject({ code: 'conflict' });
    await setUp.ensureOwner({ email: 'env@shop.example', password: PASSWORD });
    expect(await people.byEmail('env@shop.example')).toBeNull();
  });
});
