import type { CreateKeyRequest, KeyInfo, KeyScope } from '@moalog/contract';

export const EXPIRY_DAYS = ['', '30', '90', '365'] as const;
const DAY_MS = 86_400_000;
/** A key that ends within this time is shown as ending. */
const ENDING_MS = 7 * DAY_MS;

/** A key as the form holds it. */
export interface KeyDraft {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Slugs; empty for the whole installation. */
  readonly projects: readonly string[];
  readonly networks: readonly string[];
  readonly origins: readonly string[];
  /** Empty: never. */
  readonly expiryDays: string;
}

export const NEW_KEY: KeyDraft = {
  name: '',
  scopes: ['ingest'],
  projects: [],
  networks: [],
  origins: [],
  expiryDays: '',
};

/** What the server would refuse, as keys of texts by field. */
export function faultsOf(draft: KeyDraft): Partial<Record<'scopes' | 'projects', string>> {
  const isPublic = draft.origins.length > 0;
  return {
    ...(draft.scopes.length === 0 && { scopes: 'apiKeys.fault.scopes' }),
    ...(isPublic && draft.scopes.some((scope) => scope !== 'ingest') && { scopes: 'apiKeys.fault.public' }),
    ...(isPublic && draft.projects.length === 0 && { projects: 'apiKeys.fault.project' }),
  };
}

export const keyRequest = (draft: KeyDraft, nowMs = Date.now()): CreateKeyRequest => ({
  name: draft.name.trim(),
  scopes: [...draft.scopes],
  ...(draft.projects.length > 0 && { projects: [...draft.projects] }),
  ...(draft.networks.length > 0 && { networks: [...draft.networks] }),
  ...(draft.origins.length > 0 && { origins: [...draft.origins] }),
  ...(draft.expiryDays !== '' && {
    expiresAt: new Date(nowMs + Number(draft.expiryDays) * DAY_MS).toISOString(),
  }),
});

export type KeyState = 'works' | 'replaced' | 'ending' | 'over';

export function stateOf(key: Pick<KeyInfo, 'expiresAt' | 'replacedBy'>, nowMs = Date.now()): KeyState {
  const leftMs = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt) - nowMs;
  if (leftMs <= 0) return 'over';
  if (key.replacedBy !== null) return 'replaced';
  return leftMs < ENDING_MS ? 'ending' : 'works';
}
