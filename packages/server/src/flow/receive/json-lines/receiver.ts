import type { IngestResponse } from '@moalog/contract';
import { toEventLines } from '../event-line/index.ts';
import type { HttpReceiver } from '../receiver.ts';

/** `POST /api/v1/ingest`: JSON lines, a JSON array, one object, concatenated objects, or text. */
export const jsonLines: HttpReceiver = {
  name: 'json-lines',
  protocol: 'JSON lines, JSON or text',
  path: '/api/v1/ingest',
  routes: (intake) => async (app) => {
    app.post('/api/v1/ingest', async (request, reply) => {
      const answer = await intake.receive(
        request,
        reply,
        jsonLines.name,
        async ({ body, store }): Promise<IngestResponse> => {
          const lines = toEventLines(body);
          const outcome = await store(lines);
          return { accepted: lines.rows, duplicate: outcome === 'duplicate' };
        },
      );
      return reply.code(202).send(answer);
    });
  },
};
