import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerErrors, headerValue, type Intake, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { JournalReader } from './export-format.ts';
import { JournalFrames } from './frames.ts';

/** Entries are a few hundred bytes; core dumps do not travel in them any more. */
const MAX_ENTRY_BYTES = 16 * 1024 * 1024;

/** systemd-journal-upload, which adds `/upload` to its URL: the export format of the journal, in a body without an end in sight. */
export const journald: HttpReceiver = {
  name: 'journald',
  protocol: 'systemd journal',
  path: '/journald',
  routes: (intake) => async (app) => {
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ status, message }) => ({ status: status === 507 ? 503 : status, body: `${message}\n` }));
    app.post('/journald/upload', async (request, reply) => {
      const isEndless =
        headerValue(request, 'content-length') === undefined && headerValue(request, 'content-encoding') === undefined;
      await (isEndless ? takeStream(intake, request, reply) : takeBody(intake, request, reply));
      return reply.code(202).type('text/plain; charset=utf-8').send('OK.\n');
    });
  },
};

/** A whole journal may come in one request: frames are stored while it comes. */
async function takeStream(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await intake.receiveStream(request, reply, journald.name, async (stream) => {
    const reader = new JournalReader(Math.min(MAX_ENTRY_BYTES, stream.maxBytes));
    const frames = new JournalFrames(stream, true);
    for await (const chunk of stream.chunks) {
      reader.push(chunk, (entry) => frames.add(entry));
      await frames.storeWhole();
    }
    reader.end((entry) => frames.add(entry));
    await frames.storeAll();
  });
}

async function takeBody(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await intake.receive(
    request,
    reply,
    journald.name,
    async (arrival) => {
      const reader = new JournalReader(MAX_ENTRY_BYTES);
      const frames = new JournalFrames(arrival, false);
      reader.push(arrival.body.bytes, (entry) => frames.add(entry));
      reader.end((entry) => frames.add(entry));
      await frames.storeAll();
    },
    { body: 'binary' },
  );
}
