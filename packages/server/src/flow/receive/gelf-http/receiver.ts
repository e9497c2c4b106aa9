import { documentTexts, EventLines, inTurns } from '../event-line/index.ts';
import { gelfEventLine } from '../gelf/message.ts';
import { answerErrors, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';

/** GELF over HTTP: one message a request (what Graylog takes), or several behind each other. */
export const gelfHttp: HttpReceiver = {
  name: 'gelf-http',
  protocol: 'GELF over HTTP',
  path: '/gelf',
  routes: (intake) => async (app) => {
    // Many GELF libraries set no headers.
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ status, message }) => ({ status, body: `${message}\n` }));
    app.post('/gelf', async (request, reply) => {
      await intake.receive(request, reply, gelfHttp.name, async ({ body, header, store, reserve }) => {
        const lines = new EventLines(reserve);
        await inTurns(documentTexts(body), (text) => lines.add(gelfEventLine(text)));
        await store(lines.lines(), header);
      });
      return reply.code(202).send();
    });
  },
};
