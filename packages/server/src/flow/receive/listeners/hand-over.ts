import { setTimeout as sleep } from 'node:timers/promises';
import type { ListenerAccess } from '#access';
import type { ListenerConfig, ListenerProtocol } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { AppendOutcome, FrameHeader, Transport } from '#transport';
import { giveBack } from '../intake/give-back.ts';
import type { Sources } from '../sources/index.ts';
import type { Batch } from './messages.ts';

/** A batch that was refused for these is refused again. */
const NEVER: ReadonlySet<string> = new Set(['body_too_large', 'invalid_request']);
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 500;

export interface HandOverParts {
  readonly transport: Transport;
  readonly access: ListenerAccess;
  readonly metrics: Metrics;
  readonly sources: Sources;
}

/** Makes the lines of listeners durable. What the store refuses is offered again until it is taken: its sender waits, or is slowed down. */
export class HandOver {
  readonly #parts: HandOverParts;
  readonly #stopped = new AbortController();

  constructor(parts: HandOverParts) {
    this.#parts = parts;
  }

  /** Resolves when the batch is durable. Rejects with the last refusal after `stop`, or for a batch that no segment can hold. */
  async store(config: ListenerConfig, batch: Batch): Promise<AppendOutcome> {
    let isCounted = false;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      try {
        const { slug, count } = await this.#parts.access.listenerProject(config.project);
        if (!isCounted) count?.(batch.rows, batch.payload.length);
        isCounted = true;
        return await this.#append(config, slug, batch);
      } catch (error) {
        const { code, message } = error instanceof MoalogError ? error : { code: 'internal', message: String(error) };
        // A project that does not exist has no readers.
        this.#parts.sources.refused(config.id, code === 'unknown_project' ? null : config.project, code, message);
        if (this.#stopped.signal.aborted || !(error instanceof MoalogError) || NEVER.has(error.code)) throw error;
        await sleep(retryMs, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
    }
  }

  /** Offers nothing again from now on. */
  stop(): void {
    this.#stopped.abort();
  }

  async #append(config: ListenerConfig, project: string, { payload, rows, ...batch }: Batch): Promise<AppendOutcome> {
    const { transport, metrics, sources } = this.#parts;
    const receiver = config.protocol;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const outcome = await transport.append({ ...headerOf(config, project, batch), payload: bytes, rows });
    if (outcome === 'duplicate') metrics.duplicateBatches.inc({ receiver });
    else {
      metrics.acceptedEvents.inc({ receiver }, rows);
      metrics.acceptedBytes.inc({ receiver }, bytes.length);
      sources.accepted(config.id, project, rows, bytes.length);
    }
    // Durable, so that nobody reads it any more.
    giveBack(bytes);
    return outcome;
  }
}

/** What is to know about the events of a protocol. */
const ABOUT_EVENTS: Readonly<Partial<Record<ListenerProtocol, Partial<FrameHeader>>>> = {
  // Stronger than the fields of a record that are called like a time.
  'fluent-forward': { fields: { time: ['fluent.time'] } },
};

function headerOf(
  { protocol, service, environment, timezone }: ListenerConfig,
  project: string,
  { receivedAt, batchId }: Pick<Batch, 'receivedAt' | 'batchId'>,
): FrameHeader {
  return {
    project,
    source: protocol,
    receivedAt,
    defaults: { ...(service !== undefined && { service }), ...(environment !== undefined && { environment }) },
    fields: {},
    ...ABOUT_EVENTS[protocol],
    ...(timezone !== undefined && { timezone }),
    ...(batchId !== undefined && { batchId }),
  };
}
