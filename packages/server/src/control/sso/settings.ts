import { type SetSsoRequest, setSsoRequestSchema } from '@moalog/contract';
import type { Catalog } from '#catalog';
import type { Secrets } from '#secrets';

const NAME = 'sso';
const PURPOSE = 'client secret of single sign-on';

/** As `setSsoRequestSchema`; the secret is locked in the catalogue. */
export async function readSettings(catalog: Catalog, secrets: Secrets): Promise<SetSsoRequest | null> {
  const row = await catalog.selectFrom('settings').select('value').where('name', '=', NAME).executeTakeFirst();
  if (row === undefined) return null;
  const { clientSecret, ...settings } = setSsoRequestSchema.parse(JSON.parse(row.value));
  return { ...settings, ...(clientSecret !== undefined && { clientSecret: secrets.open(clientSecret, PURPOSE) }) };
}

export async function writeSettings(catalog: Catalog, secrets: Secrets, settings: SetSsoRequest | null): Promise<void> {
  if (settings === null) {
    await catalog.deleteFrom('settings').where('name', '=', NAME).execute();
    return;
  }
  const { clientSecret } = settings;
  const locked = clientSecret === undefined ? {} : { clientSecret: secrets.lock(clientSecret, PURPOSE) };
  const value = JSON.stringify({ ...settings, ...locked });
  await catalog
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
