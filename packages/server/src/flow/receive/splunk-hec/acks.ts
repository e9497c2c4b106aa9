import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MoalogError } from '#errors';
import { headerValue, type Intake, queryParameter } from '../intake/index.ts';

const askedSchema = z.object({ acks: z.array(z.number().int().min(0)).max(10_000) });

/** The channel of a request: senders that name one may ask later what became of it. */
export const channelOf = (request: FastifyRequest): string | undefined =>
  headerValue(request, 'x-splunk-request-channel') ?? queryParameter(request, 'channel');

/**
 * Answers which requests are safe: all of them. An id is given only once its events are durable, so nothing has to be remembered, and ids from before a
 * restart are answered truly as well.
 */
export async function answerAcks(
  intake: Intake,
  receiver: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = await intake.receive(request, reply, receiver, async ({ body }) => {
    if (channelOf(request) === undefined) throw new MoalogError('invalid_request', 'Data channel is missing');
    try {
      return askedSchema.parse(JSON.parse(body.bytes.toString('utf8')));
    } catch (error) {
      throw new MoalogError('invalid_request', 'Send {"acks":[0,1]} with the ids to ask about.', { cause: error });
    }
  });
  return reply.code(200).send({ acks: Object.fromEntries(asked.acks.map((id) => [id, true])) });
}
