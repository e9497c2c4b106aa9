import type { IngestOptions } from '@moalog/contract';
import type { AppendOutcome, FrameHeader } from '#transport';
import type { Body } from './body.ts';
import type { Lines } from './lines.ts';

/** What a receiver says about a request of its protocol; all of it has a default. */
export interface Delivery {
  /** Text is recoded to UTF-8 by its byte order mark or charset; binary bodies stay as they came. Text unless said. */
  readonly body?: 'text' | 'binary';
  /** A coding that the protocol puts around every body, whether Content-Encoding names it or not. */
  readonly packed?: 'snappy';
  /** Takes the body out of what the protocol wraps it in; `coding` is what was done to it inside, in place of Content-Encoding. */
  readonly unwrap?: (body: Body) => { readonly body: Body; readonly coding: string | undefined };
  /** The protocol's own way to name the project; `project=` and `X-Moalog-Project` come first. */
  readonly project?: string;
  /** A tenant's name: the project of this slug where there is one that the key may use, else the key's own. `project=` comes first. */
  readonly tenant?: string;
}

/** A request that was let in. */
export interface LetIn {
  readonly options: IngestOptions;
  /** What the sender said for all lines. */
  readonly header: FrameHeader;
  /** Hands lines over; resolves when they are durable, and counts them. The intake owns the payload from then on. */
  store(lines: Lines, header?: FrameHeader): Promise<AppendOutcome>;
  /** Counts single events that the receiver refused, by reason; `message` is for people: in the sources, and in debugging. */
  countRefused(reason: string, events: number, message?: string): void;
}

/** A request with its body: inflated, and in UTF-8 when it is text. */
export interface Arrival extends LetIn {
  /** Its memory is gone once `take` has resolved: what outlives that is copied. */
  readonly body: Body;
  /** Counts memory that decoded events take besides the body; throws back_pressure when too many large requests are worked on at once. */
  reserve(bytes: number): void;
}

/** A request whose body has no end in sight. */
export interface Stream extends LetIn {
  /** The body as it comes, not inflated. While one is worked on, the sender waits. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes of what a receiver may keep of it in memory. */
  readonly maxBytes: number;
}
