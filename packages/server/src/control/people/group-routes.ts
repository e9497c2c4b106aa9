import { changeGroupRequestSchema, createGroupRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '#access';
import type { Notes } from '#audit';
import type { Groups } from './groups.ts';
import { requireInstallation } from './installation.ts';
import { rankOf } from './member-routes.ts';
import { requireRank } from './members.ts';
import type { PersonSessions } from './person-sessions.ts';

const idSchema = z.object({ id: z.string() });
const slugsOf = (roles: readonly { project: string }[] = []): string[] => roles.map(({ project }) => project);

/** Groups, for admins of the organisation. */
export function groupRoutes({
  access,
  groups,
  sessions,
}: {
  access: Access & Notes;
  groups: Groups;
  sessions: PersonSessions;
}) {
  const admin = (request: FastifyRequest) => requireInstallation(access.authorize(request, 'admin'));

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/groups', async (request) => {
      await admin(request);
      return { groups: await groups.list() };
    });

    app.post('/api/v1/groups', async (request, reply) => {
      const caller = await admin(request);
      const wanted = createGroupRequestSchema.parse(request.body);
      requireRank(rankOf(caller), wanted.role);
      await access.projects(caller, slugsOf(wanted.projects));
      const group = await groups.create(wanted);
      sessions.forget();
      return reply.code(201).send(group);
    });

    app.patch('/api/v1/groups/:id', async (request) => {
      const caller = await admin(request);
      const before = await groups.require(idSchema.parse(request.params).id);
      const wanted = changeGroupRequestSchema.parse(request.body);
      requireRank(rankOf(caller), before.role, wanted.role);
      await access.projects(caller, slugsOf(wanted.projects));
      access.note(request, { before, target: before.name });
      const group = await groups.change(before, wanted);
      sessions.forget();
      return group;
    });

    app.delete('/api/v1/groups/:id', async (request, reply) => {
      const caller = await admin(request);
      const before = await groups.require(idSchema.parse(request.params).id);
      requireRank(rankOf(caller), before.role);
      access.note(request, { before, target: before.name });
      await groups.remove(before.id);
      sessions.forget();
      return reply.code(204).send();
    });
  };
}
