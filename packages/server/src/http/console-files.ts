import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { MoalogError } from '#errors';
import { sendProblem } from './problem.ts';

/** Where the console's build lies in the project tree. */
export const CONSOLE_DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../console/dist');

/** Paths that belong to the API and to receivers: an unknown one is an error there, not the console's page. */
const API_PATH = /^\/(api|elasticsearch|loki|services|v1|aws|gcp|clickhouse|metrics|healthz|readyz)(\/|$)/;

/** Serves the console's files, and its page for every address that is a screen of it. */
export async function serveConsole(app: FastifyInstance, dist = CONSOLE_DIST): Promise<void> {
  app.get('/robots.txt', async (_request, reply) => reply.type('text/plain').send('User-agent: *\nDisallow: /\n'));
  const built = existsSync(path.join(dist, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: dist,
      wildcard: false,
      setHeaders: (reply, file) => {
        // Vite puts a content hash into the names under assets/.
        const immutable = file.includes(`${path.sep}assets${path.sep}`);
        reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const pathname = request.url.split('?')[0] ?? '/';
    const page = request.method === 'GET' && !API_PATH.test(pathname) && !path.extname(pathname);
    if (page && built) return reply.sendFile('index.html');
    if (page)
      return reply.code(503).type('text/plain; charset=utf-8').send('The console is not built. Run: npm run build\n');
    return sendProblem(
      reply,
      request,
      new MoalogError('not_found', `${request.method} ${pathname} is not a call of this server.`),
    );
  });
}
