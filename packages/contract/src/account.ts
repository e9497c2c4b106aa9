import { z } from 'zod';

export const KEY_SCOPES = ['ingest', 'read', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** `GET /api/v1/session`: who is asking and what they may see. */
export const sessionSchema = z.object({
  scopes: z.array(z.enum(KEY_SCOPES)),
  projects: z.array(z.object({ slug: z.string(), name: z.string() })),
  /** The server's version, and the address senders should use. */
  version: z.string(),
});
export type SessionInfo = z.infer<typeof sessionSchema>;

/** `POST /api/v1/session`: exchanges a key for a cookie that the console uses. */
export const signInRequestSchema = z.strictObject({ key: z.string().min(1).max(256) });

/** `POST /api/v1/keys` (admin). */
export const createKeyRequestSchema = z.strictObject({
  name: z.string().min(1).max(128),
  scopes: z.array(z.enum(KEY_SCOPES)).min(1),
  /** Slug of the only project the key may use; the whole installation when absent. */
  project: z.string().min(1).max(128).optional(),
});
export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  project: z.string().nullable(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type KeyInfo = z.infer<typeof keySchema>;
/** 201 of `POST /api/v1/keys`: the secret is shown once and stored hashed. */
export const createdKeySchema = z.object({ key: keySchema, secret: z.string() });
