import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './document.ts';
import { openApiPage } from './page.ts';

/** `/api/openapi.json` and `/api/docs`, of all routes that the server has by the time it is asked. Open: they hold nothing of the installation. */
export function openApiRoutes({ version }: { version: string }) {
  return async (app: FastifyInstance): Promise<void> => {
    let document: object | null = null;
    app.get('/api/openapi.json', async () => {
      document ??= openApiDocument(app.routes, version);
      return document;
    });
    app.get('/api/docs', async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(openApiPage(app.routes, version)),
    );
  };
}
