import type { ProcessMeter } from './process-meter.ts';
import type { Question } from './questions.ts';

/** A log store under measurement. */
export interface System {
  readonly name: string;
  readonly ingest: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** Its processes, by what they are; none when they run elsewhere. */
  readonly meters: Readonly<Record<string, ProcessMeter>>;
  /** Events that a search finds. */
  count(): Promise<number>;
  /** Answers, and gives the answer's size so that an empty one is noticed. */
  ask(question: Question): Promise<number>;
  /** Bytes of its data directory; null when it is elsewhere. */
  diskBytes(): number | null;
  stop(): Promise<void>;
}
