import { type AgentSetup, agentSetupSchema, type SetupLink, type SetupPreview } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '#access';
import { MoalogError } from '#errors';
import { tarGz } from './archive/tar.ts';
import { zip } from './archive/zip.ts';
import { bundleFiles, configurationFiles } from './bundle.ts';
import { commandOf, installPowerShell, installShell } from './install-scripts.ts';
import { runtimeOf } from './runtime.ts';
import type { Setups } from './setups.ts';
import type { Delivery } from './target.ts';

const DIRECTORY = 'moalog-agent';
const tokenSchema = z.object({ token: z.string().max(128) });

export interface BundleParts {
  readonly access: Access;
  readonly setups: Setups;
  /** The server as agents reach it. */
  readonly addressOf: (request: FastifyRequest) => string;
  /** The agent as one file. */
  readonly program: () => Promise<string>;
  readonly dataDir: string;
}

/** From answers to a configuration, a line to paste, a bundle to download. */
export function bundleRoutes({ access, setups, addressOf, program, dataDir }: BundleParts) {
  const asked = async (request: FastifyRequest, scope: 'read' | 'admin'): Promise<AgentSetup> => {
    const caller = await access.authorize(request, scope);
    const { project } = z.object({ project: z.string() }).parse(request.body);
    await access.projects(caller, [project]);
    return agentSetupSchema.parse(request.body);
  };
  const delivered = async (request: FastifyRequest): Promise<Delivery> => {
    const found = await setups.find(tokenSchema.parse(request.params).token);
    if (found === null)
      throw new MoalogError(
        'not_found',
        'There is no such bundle, or its time is over: make a new one in the console.',
      );
    return { ...found, address: addressOf(request) };
  };
  const linkOf = (request: FastifyRequest, token: string): string =>
    `${addressOf(request)}/api/v1/agent-setups/${token}`;

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/agent-setups/preview', async (request): Promise<SetupPreview> => {
      const setup = await asked(request, 'read');
      const files = configurationFiles({ setup, key: 'KEY', address: addressOf(request) });
      return { files: files.map(({ name, content }) => ({ name, content: content.toString() })) };
    });

    app.post('/api/v1/agent-setups', async (request, reply) => {
      const setup = await asked(request, 'admin');
      const { token, expiresAt } = await setups.create(setup);
      const link = linkOf(request, token);
      const made: SetupLink = {
        bundle: { tar: `${link}/bundle.tar.gz`, zip: `${link}/bundle.zip` },
        command: setup.agent === 'moalog' ? commandOf(link, setup.platform) : null,
        expiresAt,
        hasRuntime: setup.agent === 'moalog' && runtimeOf(setup.platform, dataDir) !== null,
      };
      return reply.code(201).send(made);
    });

    app.get('/api/v1/agent-setups/:token/bundle.tar.gz', async (request, reply) => {
      const files = await bundleFiles(await delivered(request), { program, dataDir });
      reply.header('content-disposition', `attachment; filename="${DIRECTORY}.tar.gz"`).type('application/gzip');
      return reply.send(tarGz(DIRECTORY, files, new Date()));
    });

    app.get('/api/v1/agent-setups/:token/bundle.zip', async (request, reply) => {
      const files = await bundleFiles(await delivered(request), { program, dataDir });
      reply.header('content-disposition', `attachment; filename="${DIRECTORY}.zip"`).type('application/zip');
      return reply.send(zip(DIRECTORY, files, new Date()));
    });

    app.get('/api/v1/agent-setups/:token/install.sh', async (request, reply) => {
      await delivered(request);
      const { token } = tokenSchema.parse(request.params);
      return reply.type('text/x-shellscript; charset=utf-8').send(installShell(linkOf(request, token)));
    });

    app.get('/api/v1/agent-setups/:token/install.ps1', async (request, reply) => {
      await delivered(request);
      const { token } = tokenSchema.parse(request.params);
      return reply.type('text/plain; charset=utf-8').send(installPowerShell(linkOf(request, token)));
    });
  };
}
