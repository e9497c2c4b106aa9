import type { FastifyInstance } from 'fastify';

/** How long a browser remembers what it may send. */
const PREFLIGHT_MAX_AGE_S = 600;

/**
 * Closed but for pages whose origin has a public key: they may send, never with cookies. Which key may do what is decided when the call
 * itself comes.
 */
export function answerBrowsers(app: FastifyInstance, allowsOrigin: (origin: string) => Promise<boolean>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.header('vary', 'Origin');
    if (!(await allowsOrigin(origin))) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'Retry-After, X-Request-Id');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    reply.header('access-control-allow-methods', 'POST');
    reply.header('access-control-allow-headers', 'Authorization, Content-Type, Content-Encoding, X-Api-Key');
    reply.header('access-control-max-age', String(PREFLIGHT_MAX_AGE_S));
    await reply.code(204).send();
  });
}
