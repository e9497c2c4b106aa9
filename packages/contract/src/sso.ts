import { z } from 'zod';
import { organisationRoleSchema } from './people.ts';

const text = z.string().trim().min(1).max(256);

/** `PUT /api/v1/sso` (owner): sign-in at an OpenID Connect provider. It is asked at once; what it does not answer is refused. */
export const setSsoRequestSchema = z.strictObject({
  /** On the button: `Sign in with NAME`. */
  name: z.string().trim().min(1).max(64),
  /** Where its `/.well-known/openid-configuration` is. */
  issuer: z.url({ protocol: /^https?$/ }).max(1_024),
  clientId: text,
  /** Absent: the one that is kept, or none (a public client). */
  clientSecret: z.string().min(1).max(1_024).optional(),
  /** Asked for beside `openid email profile`. */
  scopes: z.array(text.regex(/^\S+$/)).max(20).default([]),
  /** Claim with the names of the person's groups; groups whose `ssoGroups` have one of them take the person in. */
  groupsClaim: text.default('groups'),
  /** Who comes for the first time: everybody whom the provider lets in, or the invited. */
  signUp: z.enum(['everybody', 'invited']).default('invited'),
  /** Of who comes for the first time without an invitation. */
  defaultRole: organisationRoleSchema.exclude(['owner']).default('member'),
  /** Believe e-mail addresses that the provider does not call verified. For providers where nobody chooses an address. */
  trustEmails: z.boolean().default(false),
  /** False: passwords are for owners alone, for when the provider is away. */
  passwords: z.boolean().default(true),
});
export type SetSsoRequest = z.infer<typeof setSsoRequestSchema>;

/** `GET /api/v1/sso` (admin): null when it is off. The secret is never told. */
export const ssoSchema = z.object({
  sso: setSsoRequestSchema.omit({ clientSecret: true }).extend({ hasSecret: z.boolean() }).nullable(),
  /** To be registered at the provider. */
  callbackUrl: z.string(),
});
export type SsoInfo = z.infer<typeof ssoSchema>;

/** 200 of `DELETE /api/v1/session` for who came by single sign-on: the provider's own page for signing out. */
export const signedOutSchema = z.object({ signOutUrl: z.string() });
export type SignedOut = z.infer<typeof signedOutSchema>;
