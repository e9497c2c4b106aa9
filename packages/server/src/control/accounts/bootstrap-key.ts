import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Catalog } from '#catalog';
import { hashSecret, type Keys, newSecret } from './keys.ts';

export const BOOTSTRAP_KEY_FILE = 'bootstrap-key';

/**
 * The key with all rights that a first start makes: given by configuration, or generated; kept in the data directory
 * (mode 600) so that the command line on the same machine finds it.
 */
export async function ensureBootstrapKey(
  dataDir: string,
  given: string | undefined,
  catalog: Catalog,
  keys: Keys,
): Promise<string> {
  const file = path.join(dataDir, BOOTSTRAP_KEY_FILE);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const secret = given ?? (kept === '' ? newSecret() : kept);
  if (secret !== kept) writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const present = await catalog
    .selectFrom('keys')
    .select('id')
    .where('secret_hash', '=', hashSecret(secret))
    .executeTakeFirst();
  if (present === undefined) await keys.create({ name: 'bootstrap', scopes: ['ingest', 'read', 'admin'] }, secret);
  return secret;
}
