import { type SourcesResponse, sourcesRequestSchema } from '@moalog/contract';
import type { FastifyInstance } from 'fastify';
import type { Access } from '#access';
import type { Sources } from './sources.ts';

/** `GET /api/v1/sources`: the receivers, and what each brought to the projects asked for. */
export function sourceRoutes({ sources, access }: { sources: Sources; access: Access }) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/sources', async (request): Promise<SourcesResponse> => {
      const caller = await access.authorize(request, 'read');
      const asked = sourcesRequestSchema.parse(request.query);
      const projects = await access.projects(caller, asked.project);
      // A key of one project is not told of senders that may be another's.
      return { sources: sources.list(projects, caller.project === null) };
    });
  };
}
