import { expectedHostsRequestSchema, type HeartbeatResponse, heartbeatSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '#access';
import { MoalogError } from '#errors';
import type { Fleet } from './fleet.ts';
import { HEARTBEAT_SECONDS } from './health.ts';

const projectsSchema = z.object({
  project: z.union([z.string(), z.array(z.string())]).optional(),
});
const oneProjectSchema = z.object({ project: z.string().optional() });
const DEFAULT_PROJECT = 'default';

/** Agents report, people and Prometheus look. */
export function fleetRoutes({ access, fleet }: { access: Access; fleet: Fleet }) {
  const readable = async (request: FastifyRequest): Promise<readonly string[]> => {
    const caller = await access.authorize(request, 'read');
    const { project } = projectsSchema.parse(request.query);
    const wanted = typeof project === 'string' ? [project] : project;
    return access.projects(caller, wanted ?? [caller.project ?? DEFAULT_PROJECT]);
  };

  const administered = async (request: FastifyRequest): Promise<string> => {
    const caller = await access.authorize(request, 'admin');
    const { slug } = z.object({ slug: z.string() }).parse(request.params);
    await access.projects(caller, [slug]);
    return slug;
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/agents/heartbeat', async (request): Promise<HeartbeatResponse> => {
      const caller = await access.authorize(request, 'ingest');
      const { project } = oneProjectSchema.parse(request.query);
      const { slug } = await access.ingestProject(caller, project);
      await fleet.heard(slug, heartbeatSchema.parse(request.body));
      return { serverTime: new Date().toISOString(), heartbeatSeconds: HEARTBEAT_SECONDS };
    });

    app.get('/api/v1/fleet', async (request) => fleet.describe(await readable(request)));

    app.get('/api/v1/fleet/prometheus-sd', async (request) => {
      const { members } = await fleet.describe(await readable(request));
      return members.map(({ project, host, states, expected, report }) => ({
        targets: [host],
        labels: {
          __meta_moalog_project: project,
          __meta_moalog_state: states[0]?.state ?? 'healthy',
          __meta_moalog_expected: String(expected),
          __meta_moalog_agent_version: report?.version ?? '',
        },
      }));
    });

    app.put('/api/v1/fleet/:slug/expected', async (request, reply) => {
      const slug = await administered(request);
      await fleet.expect(slug, expectedHostsRequestSchema.parse(request.body).hosts);
      return reply.code(204).send();
    });

    app.delete('/api/v1/fleet/:slug/agents/:id', async (request, reply) => {
      const slug = await administered(request);
      const { id } = z.object({ id: z.string() }).parse(request.params);
      if (!(await fleet.forget(slug, id))) throw new MoalogError('not_found', `There is no agent ${id}.`);
      return reply.code(204).send();
    });
  };
}
