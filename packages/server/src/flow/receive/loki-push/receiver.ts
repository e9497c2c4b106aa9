import { answerErrors, headerValue } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { linesOfJson } from './push-json.ts';
import { linesOfProtobuf } from './push-protobuf.ts';

const BINARY = { body: 'binary', packed: 'snappy' } as const;

/** Loki's push API, for Promtail, Grafana Alloy, Fluent Bit, Vector and the libraries. */
export const lokiPush: HttpReceiver = {
  name: 'loki-push',
  protocol: 'Loki push',
  path: '/loki/api/v1/push',
  routes: (intake) => async (app) => {
    // Loki answers in text.
    answerErrors(app, ({ status, message }) => ({ status, body: `${message}\n` }));

    app.post('/loki/api/v1/push', async (request, reply) => {
      const tenant = headerValue(request, 'x-scope-orgid');
      const isJson = /\bjson\b/i.test(headerValue(request, 'content-type') ?? '');
      const delivery = { ...(tenant !== undefined && { tenant }), ...(!isJson && BINARY) };
      await intake.receive(
        request,
        reply,
        lokiPush.name,
        async ({ body, header, store, reserve }) => {
          const lines = isJson ? await linesOfJson(body.bytes, reserve) : await linesOfProtobuf(body.bytes, reserve);
          const isProject = tenant === undefined || tenant === header.project;
          const attributes = isProject ? undefined : { 'loki.tenant': tenant };
          await store(lines.lines(), attributes ? { ...header, defaults: { ...header.defaults, attributes } } : header);
        },
        delivery,
      );
      return reply.code(204).send();
    });

    // Agents ask before they send.
    app.get('/ready', async (_request, reply) => reply.type('text/plain').send('ready\n'));
  },
};
