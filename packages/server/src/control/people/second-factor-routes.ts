import { confirmSecondFactorRequestSchema, passwordAgainRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import type { People } from './people.ts';
import type { PersonAccess } from './reach.ts';
import type { SecondFactor } from './second-factor.ts';

/** One's own second factor. What a stolen session must not do asks for the password again. */
export function secondFactorRoutes({
  access,
  people,
  secondFactor,
}: {
  access: PersonAccess;
  people: People;
  secondFactor: SecondFactor;
}) {
  const again = async (request: FastifyRequest) => {
    const { user } = await access.person(request);
    const { password } = passwordAgainRequestSchema.parse(request.body);
    if (user.password_hash === null)
      throw new MoalogError('conflict', 'You sign in at your identity provider; set up a second factor there.');
    await people.requirePassword(user, password, request.ip);
    return user;
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/profile/second-factor', async (request) => secondFactor.begin(await again(request)));

    app.post('/api/v1/profile/second-factor/confirm', async (request) => {
      const { user } = await access.person(request);
      const { code } = confirmSecondFactorRequestSchema.parse(request.body);
      return { recoveryCodes: await secondFactor.confirm(user.id, code) };
    });

    app.post('/api/v1/profile/second-factor/recovery-codes', async (request) => {
      const user = await again(request);
      return { recoveryCodes: await secondFactor.renewRecoveryCodes(user.id) };
    });

    app.delete('/api/v1/profile/second-factor', async (request, reply) => {
      const user = await again(request);
      await secondFactor.remove(user.id);
      return reply.code(204).send();
    });
  };
}
