import { randomUUID } from 'node:crypto';
import type { Connection } from '../connection/connect.ts';
import { eachInFlight } from '../connection/in-flight.ts';
import { ingest } from '../connection/ingest.ts';
import { cutBatches, type LineBatch } from './batches.ts';
import { identify } from './identity.ts';
import { readSource } from './source.ts';
import { SendState } from './state.ts';

export interface SendOptions {
  readonly connection: Connection;
  /** Parameters of every request: service, project, time_field and so on. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly batchBytes: number;
  readonly gzip: boolean;
  /** Send from the start, whatever was sent before; batches that the server still remembers are not stored again. */
  readonly again: boolean;
  readonly progress: SendProgress;
  readonly patienceMs?: number;
}

/** Told what happens, for a progress bar and the summary. */
export interface SendProgress {
  file(name: string): void;
  /** Bytes read from disk or input, compressed ones as they are. */
  read(bytes: number): void;
  sent(events: number, bytes: number, duplicate: boolean): void;
  alreadySent(name: string): void;
  retry(reason: string, pauseMs: number): void;
}

const IN_FLIGHT = 4;

/** Sends files one after the other, several batches of each at once. Rejects with CommandError; what was acknowledged is remembered. */
export async function sendFiles(files: readonly string[], options: SendOptions): Promise<void> {
  const { connection, parameters, batchBytes } = options;
  const state = SendState.open([connection.url, connection.key, JSON.stringify(parameters), String(batchBytes)]);
  for (const file of files) {
    try {
      await sendFile(file, state, options);
    } finally {
      state.save();
    }
  }
}

async function sendFile(file: string, state: SendState, options: SendOptions): Promise<void> {
  const { progress } = options;
  const identity = await identify(file);
  const { inode } = identity;
  const before = options.again ? undefined : await sentBefore(file, state, inode);
  if (before !== undefined && before.endedAtBytes === identity.bytes) {
    progress.read(identity.bytes);
    progress.alreadySent(file);
    return;
  }
  progress.file(file);
  const from = before?.offset ?? 0;
  // The fingerprint of the first sending names the batches, also after a short file has grown.
  const fingerprint = before?.fingerprint ?? identity.fingerprint;
  const fingerprintBytes = before?.fingerprintBytes ?? identity.fingerprintBytes;
  const acknowledged = contiguous(from, (offset) =>
    state.set(inode, { fingerprint, fingerprintBytes, offset, endedAtBytes: null }),
  );
  const batches = cutBatches(readSource(file, progress.read), options.batchBytes, from);
  let end = from;
  await eachInFlight(batches, IN_FLIGHT, async (batch) => {
    end = Math.max(end, batch.end);
    await sendBatch(batch, `${inode}:${fingerprint}`, options);
    acknowledged(batch);
  });
  state.set(inode, { fingerprint, fingerprintBytes, offset: end, endedAtBytes: identity.bytes });
}

/** Sends an input that has no identity, such as a pipe. A repeat is stored again. */
export async function sendStream(chunks: AsyncIterable<Buffer>, options: SendOptions): Promise<void> {
  const run = randomUUID();
  options.progress.file('(standard input)');
  await eachInFlight(cutBatches(chunks, options.batchBytes), IN_FLIGHT, (batch) => sendBatch(batch, run, options));
}

async function sendBatch(batch: LineBatch, identity: string, options: SendOptions): Promise<void> {
  const parameters = new URLSearchParams(options.parameters);
  parameters.set('batch_id', `send:${identity}:${batch.start}-${batch.end}`);
  const answer = await ingest(
    options.connection,
    { body: batch.body, parameters, contentType: 'text/plain; charset=utf-8' },
    {
      gzip: options.gzip,
      onRetry: options.progress.retry,
      ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
    },
  );
  options.progress.sent(answer.accepted, batch.body.length, answer.duplicate);
}

/** What the state knows of this file, when it is still the same file and has not shrunk. */
async function sentBefore(file: string, state: SendState, inode: string) {
  const known = state.of(inode);
  if (known === undefined) return undefined;
  const now = await identify(file, known.fingerprintBytes);
  const same =
    now.fingerprint === known.fingerprint && (known.endedAtBytes === null || now.bytes >= known.endedAtBytes);
  return same ? known : undefined;
}

/** Batches are acknowledged in any order; `reached` hears of each offset before which nothing is missing. */
function contiguous(from: number, reached: (offset: number) => void): (batch: LineBatch) => void {
  const waiting = new Map<number, number>();
  let offset = from;
  return (batch) => {
    waiting.set(batch.start, batch.end);
    for (let end = waiting.get(offset); end !== undefined; end = waiting.get(offset)) {
      waiting.delete(offset);
      offset = end;
    }
    reached(offset);
  };
}
