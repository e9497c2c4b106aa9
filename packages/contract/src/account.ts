import { z } from 'zod';
import { personSchema, roleSchema } from './people.ts';

/** `write` changes what people look at (dashboards, alerts); `admin` holds it. */
export const KEY_SCOPES = ['ingest', 'read', 'write', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** `GET /api/v1/session`: who is asking and what they may see. */
export const sessionSchema = z.object({
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** `role`: the person's in it; null for a key. */
  projects: z.array(z.object({ slug: z.string(), name: z.string(), role: roleSchema.nullable() })),
  /** Null when a key signed in. `language` is null where the browser's counts. */
  person: personSchema.extend({ language: z.enum(['en', 'ko']).nullable() }).nullable(),
  version: z.string(),
});
export type SessionInfo = z.infer<typeof sessionSchema>;

const word = z.string().min(1).max(256);

/** `POST /api/v1/session`: exchanges a key, a password, or the token of the printed link (while there is no owner) for a cookie. */
export const signInRequestSchema = z.union(
  [
    z.strictObject({ key: word }),
    z.strictObject({ email: word, password: word }),
    z.strictObject({ ticket: word, code: word }),
    z.strictObject({ setUp: word }),
  ],
  { error: 'give key, or email and password, or ticket and code, or setUp' },
);
export type SignInRequest = z.infer<typeof signInRequestSchema>;

/** 202 of `POST /api/v1/session`: the password was right; send the ticket with a code of the app, or a recovery code, within five minutes. */
export const secondFactorNeededSchema = z.object({ ticket: z.string() });
export type SecondFactorNeeded = z.infer<typeof secondFactorNeededSchema>;

const slug = z.string().min(1).max(128);

/** `POST /api/v1/keys` (admin of the installation). */
export const createKeyRequestSchema = z
  .strictObject({
    name: z.string().min(1).max(128),
    scopes: z.array(z.enum(KEY_SCOPES)).min(1),
    /** Slug of the only project the key may use; the whole installation when neither this nor `projects` is given. */
    project: slug.optional(),
    projects: z.array(slug).min(1).max(100).optional(),
    /** Addresses (`192.0.2.7`, `2001:db8::1`) and ranges (`10.0.0.0/8`) that may use it; all when absent. */
    networks: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(100)
      .optional(),
    /** Origins of pages (`https://shop.example`) that may use it: this makes the key public, so that it may only send. */
    origins: z
      .array(
        z
          .url({ protocol: /^https?$/ })
          .refine((origin) => new URL(origin).origin === origin, 'an origin: scheme, host and port, nothing after'),
      )
      .max(100)
      .optional(),
    /** What the key sends is of this environment, and a request for another is refused: for keys that may only send. */
    environment: z.string().trim().min(1).max(64).optional(),
    expiresAt: z.iso.datetime().optional(),
  })
  .refine(({ project, projects }) => project === undefined || projects === undefined, {
    path: ['projects'],
    message: 'give project or projects, not both',
  })
  .refine(({ origins = [], scopes }) => origins.length === 0 || scopes.every((scope) => scope === 'ingest'), {
    path: ['scopes'],
    message: 'a key with origins is public: it may have the scope ingest alone',
  })
  .refine(({ environment, scopes }) => environment === undefined || scopes.every((scope) => scope === 'ingest'), {
    path: ['environment'],
    message: 'only a key with the scope ingest alone is bound to an environment',
  })
  .refine(({ origins = [], project, projects }) => origins.length === 0 || (project ?? projects) !== undefined, {
    path: ['projects'],
    message: 'a public key belongs to a project',
  });
export type CreateKeyRequest = z.infer<typeof createKeyRequestSchema>;

/** `POST /api/v1/keys/:id/rotate`: a successor with the same rights; the old key works for so long beside it. */
export const rotateKeyRequestSchema = z.strictObject({
  overlapHours: z
    .number()
    .min(0)
    .max(24 * 366)
    .default(24),
});

export const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** The project of a key that has one; null when it has several or all. */
  project: z.string().nullable(),
  /** Null: the whole installation. */
  projects: z.array(z.string()).nullable(),
  networks: z.array(z.string()),
  origins: z.array(z.string()),
  /** Null: all. */
  environment: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  /** Id of its successor, when it was rotated. */
  replacedBy: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
export type KeyInfo = z.infer<typeof keySchema>;
/** 201 of `POST /api/v1/keys` and `/rotate`: the secret is shown once and stored hashed. */
export const createdKeySchema = z.object({ key: keySchema, secret: z.string() });
