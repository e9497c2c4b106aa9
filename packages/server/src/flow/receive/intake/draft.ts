import { isUtf8 } from 'node:buffer';
import type { IngestPreview } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import type { Frame, FrameHeader } from '#transport';
import { headerValue, queryParameter } from './key-place.ts';
import type { Lines } from './lines.ts';

/**
 * What frames would become in the store: their events in order, column by name. It runs the statement that loading runs. Implemented behind the
 * transport, connected in main.ts. Rejects with a MoalogError.
 */
export type Preview = (frames: readonly Frame[]) => Promise<readonly Record<string, unknown>[]>;

/** Events and bytes of them that are shown: they go to the store as parameters of a statement. */
const MAX_SHOWN_EVENTS = 50;
const MAX_SHOWN_BYTES = 200_000;

export const wantsDebug = (request: FastifyRequest): boolean =>
  [queryParameter(request, 'debug'), headerValue(request, 'x-moalog-debug')].some(
    (value) => value === '1' || value === 'true',
  );

/** Stands in for the hand-over when a request asks for debugging: keeps the beginning of what would have been stored. */
export class Draft {
  readonly #receiver: string;
  readonly #frames: Frame[] = [];
  readonly #refused: { reason: string; events: number; message: string }[] = [];
  #error: unknown = null;
  #rows = 0;
  #shownRows = 0;
  #shownBytes = 0;

  constructor(receiver: string) {
    this.#receiver = receiver;
  }

  /** Copies what will be shown: the payload is gone with the body. */
  keep({ payload, rows }: Lines, header: FrameHeader): void {
    let end = 0;
    let kept = 0;
    while (kept < rows && this.#shownRows + kept < MAX_SHOWN_EVENTS) {
      const next = payload.indexOf(10, end) + 1;
      if (next === 0 || this.#shownBytes + next > MAX_SHOWN_BYTES) break;
      end = next;
      kept++;
    }
    this.#rows += rows;
    if (kept === 0) return;
    this.#shownRows += kept;
    this.#shownBytes += end;
    this.#frames.push({ ...header, payload: Buffer.from(payload.subarray(0, end)), rows: kept });
  }

  refuse(reason: string, events: number, message: string): void {
    this.#refused.push({ reason, events, message });
  }

  fail(error: unknown): void {
    this.#error = error;
  }

  /** Never rejects: a store that cannot answer now is told in `error`. */
  async report(preview: Preview, answered: { status: number; payload: unknown }): Promise<IngestPreview> {
    let events: IngestPreview['events'] = [];
    try {
      if (this.#frames.length > 0) events = [...(await preview(this.#frames))];
    } catch (error) {
      this.#error ??= error;
    }
    return {
      receiver: this.#receiver,
      stored: false,
      events,
      more: this.#rows - events.length,
      refused: this.#refused,
      error: this.#error === null ? null : told(this.#error),
      answer: { status: answered.status, body: textOf(answered.payload) },
    };
  }
}

const told = (error: unknown): { code: string; detail: string } =>
  error instanceof MoalogError
    ? { code: error.code, detail: error.message }
    : { code: 'internal', detail: 'An unexpected error was logged.' };

function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  return payload instanceof Uint8Array && isUtf8(payload) ? Buffer.from(payload).toString() : '';
}
