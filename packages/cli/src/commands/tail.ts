import { setTimeout as sleep } from 'node:timers/promises';
import { problemSchema, tailBatchSchema } from '@moalog/contract';
import { type Command, CommandError, readSearchLine } from '../command.ts';
import {
  CONNECTION_HELP,
  CONNECTION_OPTIONS,
  type Connection,
  complaintOf,
  connectionOf,
  unreachable,
} from '../connection/connect.ts';
import { eventLine } from '../reading/event-line.ts';
import { readEventStream, type StreamMessage } from '../reading/event-stream.ts';

const RECONNECT_MS = 1_000;

export const tail: Command = {
  name: 'tail',
  summary: 'print matching events as they arrive',
  help: () => `moalog tail QUERY [OPTIONS]

  --json         JSON lines in place of text
  --project P    the project, may be repeated (default)
${CONNECTION_HELP}`,

  async run(argv) {
    const { values, query } = readSearchLine(argv, {
      ...CONNECTION_OPTIONS,
      json: { type: 'boolean', default: false },
      project: { type: 'string', multiple: true, default: ['default'] },
    });
    const connection = connectionOf(values);
    const asked = new URLSearchParams({ query });
    for (const project of values.project) asked.append('project', project);
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort()).once('SIGTERM', () => stopping.abort());
    await follow(connection, asked, values.json, stopping.signal);
    return 0;
  },
};

/** Follows until the signal; after a break it goes on behind the last event it has seen. Throws CommandError when the first connection fails or the request is wrong. */
async function follow(
  connection: Connection,
  asked: URLSearchParams,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  let lastId: string | null = null;
  let connected = false;
  while (!signal.aborted) {
    try {
      const response: Response = await fetch(`${connection.url}/api/v1/tail?${asked}`, {
        headers: { authorization: `Bearer ${connection.key}`, ...(lastId !== null && { 'last-event-id': lastId }) },
        signal,
      });
      if (!response.ok && (!connected || response.status < 500))
        throw new CommandError(await complaintOf(response, connection));
      if (response.ok) connected = true;
      const messages: AsyncIterable<StreamMessage> = readEventStream(
        (response.ok ? response.body : null) ?? emptyStream(),
      );
      for await (const message of messages) {
        if (message.event === 'failed') throw new CommandError(problemSchema.parse(JSON.parse(message.data)).detail);
        if (message.event === 'events') print(message.data, json, colour);
        lastId = message.id ?? lastId;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CommandError) throw error;
      if (!connected) throw unreachable(connection.url, error);
    }
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => {}); // ends early when stopping
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

function print(data: string, json: boolean, colour: boolean): void {
  const batch = tailBatchSchema.parse(JSON.parse(data));
  if (batch.skipped > 0) process.stderr.write(`(${batch.skipped} events came too fast and are not shown)\n`);
  for (const row of batch.rows) process.stdout.write(`${json ? JSON.stringify(row) : eventLine(row, colour)}\n`);
}
