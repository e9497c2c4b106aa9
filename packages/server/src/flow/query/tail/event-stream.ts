import { once } from 'node:events';
import type { Problem, TailBatch } from '@moalog/contract';
import type { FastifyReply } from 'fastify';
import type { TailClient } from './tail.ts';

export interface EventStream {
  readonly send: TailClient['send'];
  /** Ends the stream with the reason, so that the client does not ask for the same again. */
  fail(problem: Problem): void;
}

/** Proxies and browsers give up connections that are silent for longer. */
const HEARTBEAT_MS = 15_000;
/** After which a browser that lost the stream asks for it again. */
const RETRY_MS = 1_000;

/** Turns the reply into Server-Sent Events. */
export function openEventStream(
  reply: FastifyReply,
  requestId: string,
  after: bigint,
  signal: AbortSignal,
): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': requestId,
  });
  raw.write(`retry: ${RETRY_MS}\nid: ${after}\n\n`);
  const heartbeat = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(': still here\n\n');
  }, HEARTBEAT_MS);
  raw.once('close', () => clearInterval(heartbeat));
  return {
    async send(batch: TailBatch, lastId: bigint): Promise<void> {
      const message = `event: events\nid: ${lastId}\ndata: ${JSON.stringify(batch)}\n\n`;
      if (!raw.write(message)) await once(raw, 'drain', { signal }).catch(() => {});
    },
    fail(problem: Problem): void {
      raw.write(`event: failed\ndata: ${JSON.stringify(problem)}\n\n`);
    },
  };
}
