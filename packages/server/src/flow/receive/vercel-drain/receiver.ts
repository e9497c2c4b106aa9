import { EventLines, inTurns, textLines, toEventLines } from '../event-line/index.ts';
import { answerErrors, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { vercelEventLine } from './entry.ts';

/** Vercel's log drains: a JSON array or lines. */
export const vercelDrain: HttpReceiver = {
  name: 'vercel-drain',
  protocol: 'Vercel log drain',
  path: '/vercel/drain',
  routes: (intake) => async (app) => {
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ code, status, message }) => ({ status, body: { error: { code, message } } }));
    app.post('/vercel/drain', async (request, reply) => {
      await intake.receive(request, reply, vercelDrain.name, async ({ body, header, store }) => {
        const lines = new EventLines();
        await inTurns(textLines(toEventLines(body).payload), (text) => lines.add(vercelEventLine(text)));
        await store(lines.lines(), header);
      });
      // Vercel shows a value when the drain is made and wants it back: whoever owns the address puts it there.
      const verify = queryParameter(request, 'verify');
      if (verify !== undefined && /^[\w.-]{1,256}$/.test(verify)) reply.header('x-vercel-verify', verify);
      return reply.code(200).send();
    });
  },
};
