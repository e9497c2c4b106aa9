import type { FastifyRequest } from 'fastify';
import type { FrameHeader } from '#transport';
import { asObject, textOf } from '../event-line/index.ts';
import { answerErrors, headerValue, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { readFirehose } from './records.ts';

const REQUEST_ID = 'x-amz-firehose-request-id';

/** Amazon Data Firehose's HTTP endpoint: what is put into a stream, and CloudWatch Logs by subscription. */
export const awsFirehose: HttpReceiver = {
  name: 'aws-firehose',
  protocol: 'Amazon Data Firehose',
  path: '/aws/firehose',
  routes: (intake) => async (app) => {
    takeKeyFrom(app, (request) => headerValue(request, 'x-amz-firehose-access-key'));
    // Firehose sends again whatever is not 200, but for 413; it shows people the message.
    answerErrors(app, ({ status, message }, request) => ({
      status: status === 507 ? 503 : status,
      body: { requestId: headerValue(request, REQUEST_ID) ?? '', timestamp: Date.now(), errorMessage: message },
    }));
    app.post('/aws/firehose', async (request, reply) => {
      const requestId = await intake.receive(
        request,
        reply,
        awsFirehose.name,
        async ({ body, header, store, reserve }) => {
          const read = await readFirehose(body.bytes, reserve);
          await store(read.lines.lines(), headerOf(request, header));
          return headerValue(request, REQUEST_ID) ?? read.requestId;
        },
      );
      return reply.send({ requestId, timestamp: Date.now() });
    });
  },
};

/** The request's id stays the same when Firehose sends it again, so it is the batch's. What the stream's owner says for all records goes to all events. */
function headerOf(request: FastifyRequest, header: FrameHeader): FrameHeader {
  const requestId = headerValue(request, REQUEST_ID);
  const arn = headerValue(request, 'x-amz-firehose-source-arn');
  const { service, environment, host, ...common } = commonAttributes(request);
  const attributes = {
    ...common,
    ...(arn !== undefined && { 'aws.firehose.arn': arn }),
    ...(arn?.split(':')[3] !== undefined && { 'cloud.region': arn.split(':')[3] ?? '' }),
  };
  return {
    ...header,
    defaults: {
      ...(service !== undefined && { service }),
      ...(environment !== undefined && { environment }),
      ...(host !== undefined && { host }),
      ...header.defaults,
      ...(Object.keys(attributes).length > 0 && { attributes }),
    },
    ...(requestId !== undefined && header.batchId === undefined && { batchId: `firehose ${requestId}` }),
  };
}

/** `X-Amz-Firehose-Common-Attributes: {"commonAttributes":{"service":"checkout"}}`, set in the stream's configuration. */
function commonAttributes(request: FastifyRequest): Record<string, string> {
  try {
    const given = asObject(JSON.parse(headerValue(request, 'x-amz-firehose-common-attributes') ?? '{}'));
    const attributes = asObject(given?.commonAttributes) ?? {};
    return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, textOf(value)]));
  } catch {
    return {};
  }
}
