import type { SetSsoRequest } from '@moalog/contract';
import type { Configuration } from 'openid-client';
import { z } from 'zod';
import { MoalogError } from '#errors';
import type { Claims } from './admission.ts';
import { Refusal } from './refusal.ts';

/** An answer of the provider that takes longer is a failure. */
const TIMEOUT_S = 10;

/** Between leaving for the provider and coming back; kept locked in a cookie of the browser. */
export const flowSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Path of the console to go to. */
  to: z.string(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});
export type Flow = Readonly<z.infer<typeof flowSchema>>;

const isLoopback = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);

/** The provider, by its discovery document. The library comes with the first use. Rejects with `invalid_request` when it cannot be asked. */
export async function discover(settings: SetSsoRequest): Promise<Configuration> {
  const { allowInsecureRequests, discovery } = await import('openid-client');
  const issuer = new URL(settings.issuer);
  const isPlain = issuer.protocol === 'http:';
  if (isPlain && !isLoopback(issuer))
    throw new MoalogError('invalid_request', 'issuer: https is needed for all but this machine.');
  try {
    const { clientId, clientSecret } = settings;
    return await discovery(issuer, clientId, clientSecret, undefined, {
      timeout: TIMEOUT_S,
      ...(isPlain && { execute: [allowInsecureRequests] }),
    });
  } catch (cause) {
    throw new MoalogError(
      'invalid_request',
      `issuer: ${settings.issuer} does not answer as an OpenID Connect provider (${reasonOf(cause)}).`,
      { cause },
    );
  }
}

/** Where the browser goes, and what must be remembered until it comes back. */
export async function beginAt(
  provider: Configuration,
  settings: SetSsoRequest,
  callbackUrl: string,
): Promise<{ url: string; checks: Pick<Flow, 'state' | 'nonce' | 'verifier'> }> {
  const client = await import('openid-client');
  const checks = {
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  };
  const url = client.buildAuthorizationUrl(provider, {
    redirect_uri: callbackUrl,
    scope: [...new Set(['openid', 'email', 'profile', ...settings.scopes])].join(' '),
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: 'S256',
  });
  return { url: url.href, checks };
}

/** What the provider says of who came back. Rejects with `forbidden` when it refuses, or the answer is not of this browser's flow. */
export async function finishAt(
  provider: Configuration,
  settings: SetSsoRequest,
  currentUrl: URL,
  flow: Flow,
): Promise<{ claims: Claims; idToken: string | null }> {
  const client = await import('openid-client');
  try {
    const tokens = await client.authorizationCodeGrant(provider, currentUrl, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    });
    const own = tokens.claims();
    if (own === undefined) throw new Error('no ID token');
    // Many providers put groups and addresses there alone.
    const asked = provider.serverMetadata().userinfo_endpoint !== undefined;
    const more = asked ? await client.fetchUserInfo(provider, tokens.access_token, own.sub) : {};
    const claims = claimsOf({ ...more, ...own }, own.iss, own.sub, settings.groupsClaim);
    return { claims, idToken: tokens.id_token ?? null };
  } catch (cause) {
    throw new Refusal('provider', `The provider did not sign in (${reasonOf(cause)}).`, { cause });
  }
}

/** The provider's page that ends the sign-in there too; null when it has none. */
export async function signOutUrlAt(provider: Configuration, idToken: string, backTo: string): Promise<string | null> {
  if (provider.serverMetadata().end_session_endpoint === undefined) return null;
  const { buildEndSessionUrl } = await import('openid-client');
  return buildEndSessionUrl(provider, { id_token_hint: idToken, post_logout_redirect_uri: backTo }).href;
}

function claimsOf(
  all: Readonly<Record<string, unknown>>,
  issuer: string,
  subject: string,
  groupsClaim: string,
): Claims {
  const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null);
  const groups = all[groupsClaim];
  return {
    issuer,
    subject,
    email: textOf(all.email),
    emailVerified: all.email_verified === true || all.email_verified === 'true',
    name: textOf(all.name)?.slice(0, 128) ?? null,
    groups: (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string'),
  };
}

/** The provider's own code (`access_denied`) where it gave one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 200);
  return ('error' in error && typeof error.error === 'string' ? error.error : error.message).slice(0, 200);
}
