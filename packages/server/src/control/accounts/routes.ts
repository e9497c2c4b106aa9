import {
  createKeyRequestSchema,
  rotateKeyRequestSchema,
  type SessionInfo,
  signInRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Access, Caller } from '#access';
import { MoalogError } from '#errors';
import { readCredential } from './credentials.ts';
import { mayUse, requireInstallation } from './installation.ts';
import type { Keys } from './keys.ts';
import type { Projects } from './projects.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

/** Sign-in of the console and management of keys. */
export function accountRoutes(parts: {
  access: Access;
  keys: Keys;
  sessions: Sessions;
  projects: Projects;
  version: string;
}) {
  const { access, keys, sessions, projects, version } = parts;

  const describe = async (caller: Caller): Promise<SessionInfo> => ({
    scopes: [...caller.scopes],
    projects: (await projects.list())
      .filter((project) => mayUse(caller, project.slug))
      .map(({ slug, name }) => ({ slug, name })),
    version,
  });

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/session', async (request, reply) => {
      const { key } = signInRequestSchema.parse(request.body);
      const caller = await access.authorizeKey(key, 'read');
      const known = await keys.byId(caller.id);
      if (known === null) throw new MoalogError('unauthenticated', 'The key was revoked a moment ago.');
      const { token, maxAgeS } = await sessions.open(known);
      setCookie(reply, `${token}; Max-Age=${maxAgeS}`, request.protocol === 'https');
      return describe(caller);
    });

    app.get('/api/v1/session', async (request) => describe(await access.authorize(request, 'read')));

    app.delete('/api/v1/session', async (request, reply) => {
      await access.authorize(request, 'read');
      const credential = readCredential(request);
      if (credential?.kind === 'session') await sessions.close(credential.token);
      setCookie(reply, '; Max-Age=0', request.protocol === 'https');
      return reply.code(204).send();
    });

    app.get('/api/v1/keys', async (request) => {
      await requireInstallation(access.authorize(request, 'admin'));
      return { keys: await keys.list() };
    });

    app.post('/api/v1/keys', async (request, reply) => {
      const caller = await requireInstallation(access.authorize(request, 'admin'));
      const wanted = createKeyRequestSchema.parse(request.body);
      if (wanted.expiresAt !== undefined && Date.parse(wanted.expiresAt) <= Date.now())
        throw new MoalogError('invalid_request', `expiresAt: ${wanted.expiresAt} is over already.`);
      await access.projects(caller, wanted.projects ?? (wanted.project === undefined ? [] : [wanted.project]));
      return reply.code(201).send(await keys.create(wanted));
    });

    app.post('/api/v1/keys/:id/rotate', async (request, reply) => {
      await requireInstallation(access.authorize(request, 'admin'));
      const { id } = z.object({ id: z.string() }).parse(request.params);
      const { overlapHours } = rotateKeyRequestSchema.parse(request.body ?? {});
      const made = await keys.rotate(id, overlapHours * 3_600_000);
      if (made === null) throw new MoalogError('not_found', `There is no key ${id}.`);
      return reply.code(201).send(made);
    });

    app.delete('/api/v1/keys/:id', async (request, reply) => {
      await requireInstallation(access.authorize(request, 'admin'));
      const { id } = z.object({ id: z.string() }).parse(request.params);
      if (!(await keys.revoke(id))) throw new MoalogError('not_found', `There is no key ${id}.`);
      return reply.code(204).send();
    });
  };
}

function setCookie(reply: FastifyReply, value: string, secure: boolean): void {
  reply.header(
    'set-cookie',
    `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
  );
}
