import type { FastifyReply, FastifyRequest } from 'fastify';
import { documentTexts, EventLines, inTurns } from '../event-line/index.ts';
import { answerErrors, type Intake, linesOf, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { answerAcks, channelOf } from './acks.ts';
import { HEALTHY, hecError, NoData, QUEUES_FULL } from './answer.ts';
import { hecEventLine } from './event.ts';

const PREFIX = '/services/collector';

/** Splunk's HTTP Event Collector: events in its envelope, raw lines, health, and acknowledgements. */
export const splunkHec: HttpReceiver = {
  name: 'splunk-hec',
  protocol: 'Splunk HEC',
  path: PREFIX,
  routes: (intake) => async (app) => {
    let acks = 0;
    /** With an id for senders that ask later whether all is safe: it is, from now on. */
    const success = (request: FastifyRequest, reply: FastifyReply) =>
      reply.send({ text: 'Success', code: 0, ...(channelOf(request) !== undefined && { ackId: acks++ }) });
    takeKeyFrom(app, (request) => queryParameter(request, 'token'));
    answerErrors(app, hecError);
    for (const path of ['', '/event', '/event/1.0'])
      app.post(`${PREFIX}${path}`, async (request, reply) => {
        await takeEvents(intake, request, reply);
        return success(request, reply);
      });
    for (const path of ['/raw', '/raw/1.0'])
      app.post(`${PREFIX}${path}`, async (request, reply) => {
        await takeRaw(intake, request, reply);
        return success(request, reply);
      });
    for (const path of ['/health', '/health/1.0'])
      app.get(`${PREFIX}${path}`, async (_request, reply) => {
        const answer = intake.isFull() ? QUEUES_FULL : HEALTHY;
        return reply.code(answer.status).send(answer.body);
      });
    // Docker's driver asks whether it is there before the container starts.
    for (const path of ['', '/event', '/event/1.0', '/raw', '/raw/1.0'])
      app.options(`${PREFIX}${path}`, async (_request, reply) => reply.header('allow', 'POST, OPTIONS').send());
    app.post(`${PREFIX}/ack`, (request, reply) => answerAcks(intake, splunkHec.name, request, reply));
  },
};

/** Events in Splunk's envelope, one behind the other with or without newlines, or in an array. What is no envelope is stored as it came. */
async function takeEvents(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await intake.receive(request, reply, splunkHec.name, async ({ body, header, store, reserve }) => {
    const lines = new EventLines(reserve);
    await inTurns(documentTexts(body), (text) => lines.add(hecEventLine(text)));
    if (lines.rows === 0) throw new NoData();
    await store(lines.lines(), header);
  });
}

/** Lines as they are; what Splunk takes from the query holds for all of them. */
async function takeRaw(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await intake.receive(request, reply, splunkHec.name, async ({ body, header, store }) => {
    const lines = linesOf(body);
    if (lines.rows === 0) throw new NoData();
    const attributes = Object.fromEntries(
      ['source', 'sourcetype', 'index'].flatMap((name) => {
        const value = queryParameter(request, name);
        return value === undefined || value === '' ? [] : [[`splunk.${name}`, value]];
      }),
    );
    // `source` in the query is Splunk's, a file or the like; not the receiver.
    const source = queryParameter(request, 'source') === undefined ? header.source : splunkHec.name;
    const defaults = Object.keys(attributes).length === 0 ? header.defaults : { ...header.defaults, attributes };
    await store(lines, { ...header, source, defaults });
  });
}
