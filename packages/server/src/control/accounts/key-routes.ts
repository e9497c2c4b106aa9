import { createKeyRequestSchema, type KeyScope, rotateKeyRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Caller } from '#access';
import type { Notes } from '#audit';
import { MoalogError } from '#errors';
import { rankOf, requireInstallation, requireRank } from '#people';
import type { Keys } from './keys.ts';

/** Keys: list, make, rotate, revoke. */
export function keyRoutes({ access, keys }: { access: Access & Notes; keys: Keys }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/keys', async (request) => {
      await requireInstallation(access.authorize(request, 'admin'));
      return { keys: await keys.list() };
    });

    app.post('/api/v1/keys', async (request, reply) => {
      const caller = await requireInstallation(access.authorize(request, 'admin'));
      const wanted = createKeyRequestSchema.parse(request.body);
      const projects = wanted.projects ?? (wanted.project === undefined ? null : [wanted.project]);
      requireOwnersKey(caller, { scopes: wanted.scopes, projects });
      if (wanted.expiresAt !== undefined && Date.parse(wanted.expiresAt) <= Date.now())
        throw new MoalogError('invalid_request', `expiresAt: ${wanted.expiresAt} is over already.`);
      await access.projects(caller, projects ?? []);
      return reply.code(201).send(await keys.create(wanted));
    });

    app.post('/api/v1/keys/:id/rotate', async (request, reply) => {
      const caller = await requireInstallation(access.authorize(request, 'admin'));
      const { id } = z.object({ id: z.string() }).parse(request.params);
      const before = (await keys.list()).find((key) => key.id === id);
      if (before !== undefined) requireOwnersKey(caller, before);
      const { overlapHours } = rotateKeyRequestSchema.parse(request.body ?? {});
      const made = await keys.rotate(id, overlapHours * 3_600_000);
      if (made === null) throw new MoalogError('not_found', `There is no key ${id}.`);
      return reply.code(201).send(made);
    });

    const noteKey = async (request: FastifyRequest, id: string): Promise<void> => {
      const before = (await keys.list()).find((key) => key.id === id);
      if (before !== undefined) access.note(request, { before });
    };

    app.delete('/api/v1/keys/:id', async (request, reply) => {
      await requireInstallation(access.authorize(request, 'admin'));
      const { id } = z.object({ id: z.string() }).parse(request.params);
      await noteKey(request, id);
      if (!(await keys.revoke(id))) throw new MoalogError('not_found', `There is no key ${id}.`);
      return reply.code(204).send();
    });
  };
}

/** A key with all rights in the installation may do what owners may, so that it is made by owners, and by such keys. */
function requireOwnersKey(
  caller: Caller,
  { scopes, projects }: { scopes: readonly KeyScope[]; projects: readonly string[] | null },
): void {
  if (scopes.includes('admin') && projects === null) requireRank(rankOf(caller), 'owner');
}
