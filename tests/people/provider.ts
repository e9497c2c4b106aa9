import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestProvider {
  readonly issuer: string;
  /** Who signs in there next, without being asked; null: refuses. */
  account: (Readonly<Record<string, unknown>> & { readonly sub: string }) | null;
  close(): Promise<void>;
}

export const CLIENT = { id: 'moalog', secret: 'secret of the client, long enough' } as const;

/** A real OpenID Connect provider at `localhost`: another site than the server's 127.0.0.1, as in life. */
export async function startProvider(callbackUrl: string, home: string): Promise<TestProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Readonly<Record<string, unknown>> & { sub: string }>();
  const state: TestProvider = {
    issuer,
    account: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [callbackUrl],
        post_logout_redirect_uris: [home],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => accounts.get(sub) ?? { sub } }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new provider.Grant({ accountId: oidc.session?.accountId ?? '', clientId: CLIENT.id });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  });
  provider.use(async (context, next) => {
    if (!context.path.startsWith('/interaction/')) return next();
    const { account } = state;
    if (account !== null) accounts.set(account.sub, account);
    const result = account === null ? { error: 'access_denied' } : { login: { accountId: account.sub } };
    await provider.interactionFinished(context.req, context.res, result);
    context.respond = false;
  });
  server.on('request', provider.callback());
  return state;
}
