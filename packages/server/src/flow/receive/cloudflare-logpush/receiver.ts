import { documentTexts, EventLines, inTurns } from '../event-line/index.ts';
import { answerErrors, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { cloudflareEventLine } from './entry.ts';

/** Cloudflare's Logpush to an HTTP endpoint: JSON lines, gzip. */
export const cloudflareLogpush: HttpReceiver = {
  name: 'cloudflare-logpush',
  protocol: 'Cloudflare Logpush',
  path: '/cloudflare/logpush',
  routes: (intake) => async (app) => {
    // Cloudflare sends `header_Authorization=…` of the address as a header; without it the key stands in the address.
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ code, status, message }) => ({ status, body: { error: { code, message } } }));
    app.post('/cloudflare/logpush', async (request, reply) => {
      await intake.receive(request, reply, cloudflareLogpush.name, async ({ body, header, store, reserve }) => {
        const lines = new EventLines(reserve);
        await inTurns(documentTexts(body), (text) => {
          const line = cloudflareEventLine(text);
          if (line !== null) lines.add(line);
        });
        await store(lines.lines(), header);
      });
      return reply.code(200).send();
    });
  },
};
