import type { FastifyInstance } from 'fastify';
import { elasticsearchBulk } from './elasticsearch-bulk/receiver.ts';
import { createIntake, type IntakeParts } from './intake/index.ts';
import { jsonLines } from './json-lines/receiver.ts';
import type { HttpReceiver } from './receiver.ts';

/** Every HTTP receiver there is. */
const RECEIVERS: readonly HttpReceiver[] = [jsonLines, elasticsearchBulk];

/** Fastify plugin with the routes of all HTTP receivers. */
export function receiveRoutes(parts: IntakeParts) {
  const intake = createIntake(parts);
  return async (app: FastifyInstance): Promise<void> => {
    for (const receiver of RECEIVERS) {
      await app.register(async (scope) => {
        // Bodies are read by the intake as they come: Fastify would buffer and parse them.
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
        await scope.register(receiver.routes(intake));
      });
    }
  };
}
