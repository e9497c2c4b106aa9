import { changePasswordRequestSchema, changeProfileRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MoalogError } from '#errors';
import type { People } from './people.ts';
import type { PersonSessions } from './person-sessions.ts';
import { describeProfile, type PersonAccess } from './reach.ts';
import type { SecondFactor } from './second-factor.ts';

/** What people change about themselves. */
export function profileRoutes({
  access,
  people,
  sessions,
  secondFactor,
}: {
  access: PersonAccess;
  people: People;
  sessions: PersonSessions;
  secondFactor: SecondFactor;
}) {
  const profile = async (request: FastifyRequest) => {
    const person = await access.person(request);
    return describeProfile(person, await secondFactor.isOn(person.user.id));
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/profile', profile);

    app.patch('/api/v1/profile', async (request) => {
      const { user } = await access.person(request);
      const { name, language } = changeProfileRequestSchema.parse(request.body);
      await people.change(user.id, {
        ...(name !== undefined && { name }),
        ...(language !== undefined && { language }),
      });
      sessions.forget();
      return profile(request);
    });

    app.post('/api/v1/profile/password', async (request, reply) => {
      const { user, sessionId } = await access.person(request);
      await people.changePassword(user, changePasswordRequestSchema.parse(request.body), request.ip);
      await sessions.revokeAll(user.id, sessionId);
      return reply.code(204).send();
    });

    app.get('/api/v1/profile/sessions', async (request) => {
      const { user, sessionId } = await access.person(request);
      return { sessions: await sessions.list(user.id, sessionId) };
    });

    app.delete('/api/v1/profile/sessions', async (request, reply) => {
      const { user, sessionId } = await access.person(request);
      await sessions.revokeAll(user.id, sessionId);
      return reply.code(204).send();
    });

    app.delete('/api/v1/profile/sessions/:id', async (request, reply) => {
      const { user } = await access.person(request);
      const { id } = z.object({ id: z.string() }).parse(request.params);
      if (!(await sessions.revoke(user.id, id))) throw new MoalogError('not_found', `You have no sign-in ${id}.`);
      return reply.code(204).send();
    });
  };
}
