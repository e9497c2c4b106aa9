import { type SsoInfo, setSsoRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '#access';
import type { Notes } from '#audit';
import { MoalogError } from '#errors';
import { rankOf, requireInstallation } from '#people';
import { Refusal } from './refusal.ts';
import { FLOW_MS, type Sso } from './sso.ts';

const COOKIE = 'moalog_sso';
const HOME = '/';

/** A path of the console and nothing else: the redirect must not lead to another site. */
const pathSchema = z
  .object({
    to: z
      .string()
      .max(2_048)
      .regex(/^\/(?![/\\])/)
      .catch(HOME),
  })
  .catch({ to: HOME });

/** Settings of single sign-on, and the way through it. `signedIn` opens the session of who came back. */
export function ssoRoutes({
  access,
  sso,
  addressOf,
  signedIn,
  onRefusal,
}: {
  access: Access & Notes;
  sso: Sso;
  /** Of the console, without a slash at the end. */
  addressOf: (request: FastifyRequest) => string;
  signedIn: (request: FastifyRequest, reply: FastifyReply, came: Awaited<ReturnType<Sso['finish']>>) => Promise<void>;
  onRefusal: (error: unknown) => void;
}) {
  const callbackUrlOf = (request: FastifyRequest): string => `${addressOf(request)}/api/v1/sso/callback`;
  const owner = async (request: FastifyRequest): Promise<void> => {
    const caller = await requireInstallation(access.authorize(request, 'admin'));
    if (rankOf(caller) !== 'owner')
      throw new MoalogError('forbidden', 'Single sign-on decides who comes in; owners alone change it.');
  };
  const describe = async (request: FastifyRequest): Promise<SsoInfo> => {
    const settings = await sso.settings();
    const callbackUrl = callbackUrlOf(request);
    if (settings === null) return { sso: null, callbackUrl };
    const { clientSecret, ...told } = settings;
    return { sso: { ...told, hasSecret: clientSecret !== undefined }, callbackUrl };
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/sso', async (request) => {
      await requireInstallation(access.authorize(request, 'admin'));
      return describe(request);
    });

    app.put('/api/v1/sso', async (request) => {
      await owner(request);
      access.note(request, { before: (await describe(request)).sso });
      await sso.set(setSsoRequestSchema.parse(request.body));
      return describe(request);
    });

    app.delete('/api/v1/sso', async (request, reply) => {
      await owner(request);
      access.note(request, { before: (await describe(request)).sso });
      await sso.set(null);
      return reply.code(204).send();
    });

    app.get('/api/v1/sso/begin', async (request, reply) => {
      const { to } = pathSchema.parse(request.query);
      const { url, kept } = await sso.begin(to, callbackUrlOf(request));
      keep(request, reply, `${kept}; Max-Age=${FLOW_MS / 1_000}`);
      return reply.redirect(url, 302);
    });

    app.get('/api/v1/sso/callback', async (request, reply) => {
      const kept = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '';
      keep(request, reply, '; Max-Age=0');
      try {
        const came = await sso.finish(new URL(request.url, addressOf(request)), kept);
        const { id, email } = came.user;
        access.note(request, { actor: { kind: 'person', id, name: email }, action: 'sign-in.sso' });
        await signedIn(request, reply, came);
        return reply.redirect(came.to, 302);
      } catch (error) {
        if (!(error instanceof MoalogError)) throw error;
        access.note(request, { ...nobody, action: 'sign-in.sso', refused: true, target: error.message });
        onRefusal(error);
        return reply.redirect(`/#sso=${error instanceof Refusal ? error.reason : 'provider'}`, 302);
      }
    });
  };
}

/** Who came back from the provider and was not let in. */
const nobody = { actor: { kind: 'person', id: '', name: 'somebody' } } as const;

/** Lax, since the provider sends the browser back from another site; for these two routes alone. */
function keep(request: FastifyRequest, reply: FastifyReply, value: string): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${COOKIE}=${value}; Path=/api/v1/sso; HttpOnly; SameSite=Lax${secure}`);
}
