import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Takes the key of requests from the place where a protocol has it (`DD-API-KEY`, a query parameter of senders that cannot set headers) to where
 * keys are looked for. `find` gives undefined when there is none; a key in the usual places then counts.
 */
export function takeKeyFrom(app: FastifyInstance, find: (request: FastifyRequest) => string | undefined): void {
  app.addHook('onRequest', async (request) => {
    const key = find(request);
    if (key !== undefined && key !== '') request.headers.authorization = `Bearer ${key}`;
  });
}

/** The first value of a query parameter. */
export function queryParameter(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name]; // Fastify's default query parser gives these
  return Array.isArray(value) ? value[0] : value;
}

/** The first value of a header; undefined when it is empty. */
export function headerValue(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}
