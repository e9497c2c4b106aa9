import type { FastifyInstance } from 'fastify';

export function queryRoutes(_parts: unknown) {
  return async (_app: FastifyInstance): Promise<void> => {};
}
