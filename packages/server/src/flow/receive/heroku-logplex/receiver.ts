import type { FastifyRequest } from 'fastify';
import type { FrameHeader } from '#transport';
import { EventLines } from '../event-line/index.ts';
import { answerErrors, headerValue, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { SyslogFraming } from '../syslog/framing.ts';
import { herokuEventLine } from './line.ts';

/** Heroku's log drains: syslog messages in octet counting over HTTPS. */
export const herokuLogplex: HttpReceiver = {
  name: 'heroku-logplex',
  protocol: 'Heroku log drain',
  path: '/heroku/logplex',
  routes: (intake) => async (app) => {
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ status, message }) => ({ status, body: `${message}\n` }));
    app.post('/heroku/logplex', async (request, reply) => {
      await intake.receive(
        request,
        reply,
        herokuLogplex.name,
        async ({ body, header, store, reserve }) => {
          const lines = new EventLines(reserve);
          const add = (message: Buffer): void => {
            const line = herokuEventLine(message, header.receivedAt);
            if (line !== null) lines.add(line);
          };
          // The body is here already: a message has no other limit.
          const framing = new SyslogFraming(Number.MAX_SAFE_INTEGER);
          framing.push(body.bytes, add);
          framing.end(add);
          await store(lines.lines(), headerOf(request, header));
        },
        { body: 'binary' },
      );
      return reply.code(204).send();
    });
  },
};

/** A frame that Logplex sends again has the same id. */
function headerOf(request: FastifyRequest, header: FrameHeader): FrameHeader {
  const frame = headerValue(request, 'logplex-frame-id');
  const drain = headerValue(request, 'logplex-drain-token');
  return {
    ...header,
    ...(drain !== undefined && { defaults: { ...header.defaults, attributes: { 'heroku.drain': drain } } }),
    ...(frame !== undefined && header.batchId === undefined && { batchId: `logplex ${frame}` }),
  };
}
