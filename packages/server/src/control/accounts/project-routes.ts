import {
  AUDIT_PROJECT,
  changeProjectRequestSchema,
  createProjectRequestSchema,
  deleteProjectRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from '#access';
import type { Notes } from '#audit';
import { MoalogError } from '#errors';
import { mayUse, requireInstallation } from '#people';
import type { Erasure } from './erasure.ts';
import type { Keys } from './keys.ts';
import type { Projects } from './projects.ts';

const slugSchema = z.object({ slug: z.string() });
/** Events that name no project go here. */
const DEFAULT_PROJECT = 'default';

/** Projects: list, make, change, archive, delete. */
export function projectRoutes({
  access,
  keys,
  projects,
  erasure,
}: {
  access: Access & Notes;
  keys: Keys;
  projects: Projects;
  erasure: Pick<Erasure, 'wake'>;
}) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/projects', async (request) => {
      const caller = await access.authorize(request, 'read');
      const rows = (await projects.list()).filter((row) => mayUse(caller, row.slug));
      return { projects: await Promise.all(rows.map((row) => projects.describe(row))) };
    });

    app.post('/api/v1/projects', async (request, reply) => {
      await requireInstallation(access.authorize(request, 'admin'));
      const project = await projects.create(createProjectRequestSchema.parse(request.body));
      const { secret } = await keys.create({
        name: `${project.name}: sending`.slice(0, 128),
        scopes: ['ingest'],
        project: project.slug,
      });
      return reply.code(201).send({ project, ingestKey: secret });
    });

    app.get('/api/v1/projects/:slug', async (request) => {
      const caller = await access.authorize(request, 'read');
      const { slug } = slugSchema.parse(request.params);
      await access.projects(caller, [slug]);
      return projects.describe(await projects.require(slug));
    });

    app.patch('/api/v1/projects/:slug', async (request) => {
      const caller = await access.authorize(request, 'admin');
      const { slug } = slugSchema.parse(request.params);
      await access.projects(caller, [slug]);
      const wanted = changeProjectRequestSchema.parse(request.body);
      if (wanted.limits !== undefined) await requireInstallation(Promise.resolve(caller));
      access.note(request, { before: await projects.describe(await projects.require(slug)) });
      return projects.change(slug, wanted);
    });

    app.delete('/api/v1/projects/:slug', async (request, reply) => {
      await requireInstallation(access.authorize(request, 'admin'));
      const { slug } = slugSchema.parse(request.params);
      const { name } = await projects.require(slug);
      const typed = deleteProjectRequestSchema.parse(request.body ?? {});
      if (slug === AUDIT_PROJECT) throw new MoalogError('forbidden', 'The audit log stays.');
      if (slug === DEFAULT_PROJECT)
        throw new MoalogError('invalid_request', 'The project default stays: events that name no project go there.');
      if (typed.name !== name)
        throw new MoalogError('invalid_request', `name: type the name of the project, ${name}, to delete it.`);
      access.note(request, { before: await projects.describe(await projects.require(slug)) });
      await projects.beginDeleting(slug);
      await keys.removeProject(slug);
      erasure.wake();
      return reply.code(202).send({ slug, state: 'deleting' });
    });
  };
}
