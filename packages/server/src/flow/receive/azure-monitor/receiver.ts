import type { FastifyReply } from 'fastify';
import { asObject, documentTexts, EventLines, inTurns, parseOr } from '../event-line/index.ts';
import { answerErrors, type Body, headerValue, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { azureEventLine } from './record.ts';

const PATH = '/azure/monitor';
const VALIDATION = 'Microsoft.EventGrid.SubscriptionValidationEvent';

/** Azure Monitor's diagnostic records (`{"records":[…]}`) from Event Hubs, and Event Grid webhooks. */
export const azureMonitor: HttpReceiver = {
  name: 'azure-monitor',
  protocol: 'Azure Monitor and Event Grid',
  path: PATH,
  routes: (intake) => async (app) => {
    // Event Grid and action groups set no header of ours: the key stands in the address.
    takeKeyFrom(app, (request) => queryParameter(request, 'key') ?? queryParameter(request, 'code'));
    answerErrors(app, ({ code, status, message }) => ({
      status: status === 507 ? 503 : status,
      body: { error: { code, message } },
    }));

    // CloudEvents 1.0 web hooks ask before anything is sent (the "abuse protection" of that specification).
    app.options(PATH, async (request, reply) => {
      await intake.admit(request, azureMonitor.name);
      return reply
        .headers({
          'webhook-allowed-origin': headerValue(request, 'webhook-request-origin') ?? '*',
          'webhook-allowed-rate': '*',
        })
        .send();
    });

    app.post(PATH, async (request, reply): Promise<FastifyReply> => {
      const validation = await intake.receive(
        request,
        reply,
        azureMonitor.name,
        async ({ body, header, store, reserve }) => {
          const { lines, validationCode } = await read(body, reserve);
          await store(lines.lines(), header);
          return validationCode;
        },
      );
      return validation === undefined ? reply.code(200).send() : reply.send({ validationResponse: validation });
    });
  },
};

/** Records of all documents of the body; the code of an Event Grid subscription that asks whether we want it, and is no event. */
async function read(
  body: Body,
  reserve: (bytes: number) => void,
): Promise<{ lines: EventLines; validationCode: string | undefined }> {
  const lines = new EventLines(reserve);
  let validationCode: string | undefined;
  await inTurns(documentTexts(body), (text) => {
    // What is no JSON is a text line.
    const document = parseOr(text, text);
    const object = asObject(document);
    const data = asObject(object?.data);
    if (object?.eventType === VALIDATION && typeof data?.validationCode === 'string') {
      validationCode = data.validationCode;
      return;
    }
    const records = Array.isArray(object?.records) ? object.records : [document];
    for (const record of records) lines.add(lineOf(record, text));
  });
  return { lines, validationCode };
}

function lineOf(record: unknown, text: string): string {
  try {
    return azureEventLine(record);
  } catch {
    // Nested too deeply to be written again.
    return text;
  }
}
