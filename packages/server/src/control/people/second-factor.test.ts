import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Catalog, migrateCatalog, type UserRow } from '#catalog';
import { Secrets } from '#secrets';
import { onBothDatabases } from '../catalog/catalog-under-test.ts';
import { People } from './people.ts';
import { SecondFactor } from './second-factor.ts';
import { codeAt } from './totp.ts';

onBothDatabases('the second factor', (open) => {
  let catalog: Catalog;
  let close: () => Promise<void>;
  let now: number;
  let factor: SecondFactor;
  let user: UserRow;
  const codeNow = (secret: string) => codeAt(secret, Math.floor(now / 30_000));
  const take = (code: string) => factor.require(user.id, code, '192.0.2.7');

  beforeEach(async () => {
    ({ catalog, close } = open());
    await migrateCatalog(catalog);
    now = Date.parse('2026-11-21T10:00:00Z');
    factor = new SecondFactor(catalog, new Secrets(['a long test key']), () => now);
    user = await new People(catalog).create({ email: 'kim@shop.example', name: 'Kim', password: null, role: 'member' });
  });
  afterEach(() => close());

  test('it counts once a code of the app was typed, and its secret is locked', async () => {
    const { secret } = await factor.begin(user);
    expect(await factor.isOn(user.id)).toBe(false);
    await expect(factor.confirm(user.id, '000000')).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await factor.confirm(user.id, codeNow(secret))).toHaveLength(10);
    expect(await factor.isOn(user.id)).toBe(true);
    const row = await catalog.selectFrom('second_factors').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(secret);
    await expect(factor.begin(user)).rejects.toMatchObject({ code: 'conflict' });
    await factor.remove(user.id);
    expect(await factor.isOn(user.id)).toBe(false);
  });

  test('a code is worth one sign-in, of two at once too', async () => {
    const { secret } = await factor.begin(user);
    await factor.confirm(user.id, codeNow(secret));
    await expect(take(codeNow(secret))).rejects.toMatchObject({ code: 'invalid_request' });
    now += 30_000;
    const both = await Promise.allSettled([take(codeNow(secret)), take(codeNow(secret))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('each recovery code is worth one sign-in, however it is typed; new ones replace them', async () => {
    const { secret } = await factor.begin(user);
    const [first = '', second = ''] = await factor.confirm(user.id, codeNow(secret));
    await take(first.toUpperCase().replaceAll('-', ' '));
    await expect(take(first)).rejects.toMatchObject({ code: 'invalid_request' });
    const [fresh = ''] = await factor.renewRecoveryCodes(user.id);
    await expect(take(second)).rejects.toMatchObject({ code: 'invalid_request' });
    await take(fresh);
    await expect(take('')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('guessing codes is slowed down like guessing passwords', async () => {
    const { secret } = await factor.begin(user);
    await factor.confirm(user.id, codeNow(secret));
    now += 30_000;
    for (let i = 0; i < 5; i++) await expect(take('000000')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(take(codeNow(secret))).rejects.toMatchObject({ code: 'too_many_attempts' });
  });
});
