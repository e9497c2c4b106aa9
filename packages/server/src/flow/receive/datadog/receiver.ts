import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ErrorCode } from '#errors';
import { documentTexts, EventLines, inTurns, parseOr } from '../event-line/index.ts';
import { answerErrors, type Body, headerValue, type Intake, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { datadogEventLine, type ForAll } from './entry.ts';

const keySchema = z.object({ key: z.string() });

/** Datadog's log intake, for its agent, Vector, Fluent Bit and the libraries. */
export const datadog: HttpReceiver = {
  name: 'datadog',
  protocol: 'Datadog logs',
  path: '/api/v2/logs',
  routes: (intake) => async (app) => {
    takeKeyFrom(
      app,
      (request) =>
        keySchema.safeParse(request.params).data?.key ??
        headerValue(request, 'dd-api-key') ??
        queryParameter(request, 'dd-api-key'),
    );
    answerErrors(app, ({ code, status: own, message }, request) => {
      const status = statusOf(code, own, request);
      const title = TITLES[status] ?? 'Bad Request';
      return { status, body: { errors: [{ status: String(status), title, detail: message }] } };
    });
    app.post('/api/v2/logs', (request, reply) => take(intake, request, reply, 202));
    for (const path of ['/v1/input', '/v1/input/:key'])
      app.post(path, (request, reply) => take(intake, request, reply, 200));
    app.get('/api/v1/validate', async (request) => {
      await intake.admit(request, datadog.name);
      return { valid: true };
    });
  },
};

const TITLES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Datadog answers 403 to a key that it does not know, and knows no 507. */
function statusOf(code: ErrorCode, status: number, { headers }: FastifyRequest): number {
  if (code === 'unauthenticated' && headers.authorization !== undefined) return 403;
  return status === 507 ? 503 : status;
}

async function take(intake: Intake, request: FastifyRequest, reply: FastifyReply, status: number) {
  await intake.receive(request, reply, datadog.name, async ({ body, header, store, reserve }) => {
    const forAll: ForAll = {
      hostname: queryParameter(request, 'hostname'),
      ddsource: queryParameter(request, 'ddsource'),
      ddtags: queryParameter(request, 'ddtags'),
    };
    await store((await linesOf(body, forAll, reserve)).lines(), header);
  });
  return reply.code(status).send({});
}

/** An array of entries, one entry, entries behind each other, or text lines. */
async function linesOf(body: Body, forAll: ForAll, reserve: (bytes: number) => void): Promise<EventLines> {
  const lines = new EventLines(reserve);
  await inTurns(documentTexts(body), (text) => {
    try {
      const line = datadogEventLine(parseOr(text, text), forAll);
      if (line !== null) lines.add(line);
    } catch {
      // Nested too deeply to be written again.
      lines.add(text);
    }
  });
  return lines;
}
