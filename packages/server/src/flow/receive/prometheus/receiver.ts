import type { FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import { inTurns } from '../event-line/index.ts';
import { knownError } from '../intake/index.ts';
import { LineWriter } from '../protobuf/line-writer.ts';
import type { HttpReceiver } from '../receiver.ts';
import { linesOfVersion1, linesOfVersion2, type Written } from './write-request.ts';

/** Versions of the protocol by the message that the content type names; the first when it names none. */
const VERSIONS = new Map([
  ['prometheus.WriteRequest', linesOfVersion1],
  ['io.prometheus.write.v2.Request', linesOfVersion2],
]);

/** Prometheus remote write 1.0 and 2.0: samples and native histograms become rows of `metrics`. */
export const prometheus: HttpReceiver = {
  name: 'prometheus',
  protocol: 'Prometheus remote write',
  path: '/api/v1/write',
  routes: (intake) => async (app) => {
    app.setErrorHandler((thrown, request, reply) => {
      const error = knownError(thrown);
      if (error.code === 'internal')
        request.log.error({ event: 'request_failed', err: thrown }, 'a request failed unexpectedly');
      if (error.retryAfterS !== undefined) reply.header('retry-after', String(error.retryAfterS));
      if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="moalog", Basic realm="moalog"');
      return reply.code(statusOf(error)).type('text/plain; charset=utf-8').send(`${error.message}\n`);
    });
    app.post('/api/v1/write', async (request, reply) => {
      const written: Written = { samples: 0, histograms: 0 };
      await intake.receive(
        request,
        reply,
        prometheus.name,
        async ({ body, header, store }) => {
          const out = new LineWriter(body.bytes.length);
          await inTurns(linesOf(request)(body.bytes, out, written), () => undefined);
          await store(out.lines(), { ...header, signal: 'metrics' });
          out.release();
        },
        { body: 'binary', packed: 'snappy' },
      );
      return reply
        .code(204)
        .header('x-prometheus-remote-write-samples-written', String(written.samples))
        .header('x-prometheus-remote-write-histograms-written', String(written.histograms))
        .header('x-prometheus-remote-write-exemplars-written', '0')
        .send();
    });
  },
};

/** Prometheus gives up on 429 unless it is told not to, and on 507; it tries 503 again. */
const statusOf = ({ status }: MoalogError): number => (status === 429 || status === 507 ? 503 : status);

function linesOf(request: FastifyRequest): typeof linesOfVersion1 {
  const type = request.headers['content-type'] ?? '';
  const message = /;\s*proto=([\w.]+)/.exec(type)?.[1] ?? 'prometheus.WriteRequest';
  const lines = VERSIONS.get(message);
  if (lines === undefined || !type.startsWith('application/x-protobuf'))
    throw new MoalogError(
      'unsupported_encoding',
      `Remote write is application/x-protobuf with prometheus.WriteRequest or io.prometheus.write.v2.Request, not ${type}.`,
    );
  return lines;
}
