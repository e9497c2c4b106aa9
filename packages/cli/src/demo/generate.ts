import { Random } from './random.ts';
import { createShop } from './shop.ts';
import { type Incident, severityAt, timelineOf } from './timeline.ts';

export interface DemoOptions {
  /** The same options give the same bytes. */
  readonly seed: number;
  /** Exact number of events. */
  readonly events: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Events of a batch at most. */
  readonly batchEvents?: number;
  /** When payment suffers; a stretch late in the span when absent, null for never. */
  readonly incident?: Incident | null;
}

export interface DemoBatch {
  /** Unique to seed, span, count and position: sending it twice stores it once. */
  readonly batchId: string;
  readonly events: number;
  /** JSON lines, each with its newline. */
  readonly body: Buffer;
}

const DEFAULT_BATCH_EVENTS = 5_000;

/**
 * Traffic of a small shop over a span of time: about 200,000 events a second on one core (measured on a busy 2-core
 * machine). Events of one visit may lie up to a few seconds after their neighbours, as in life, and never after `toMs`
 * by more than that.
 */
export function* generateDemo(options: DemoOptions): Generator<DemoBatch, void, undefined> {
  const { seed, events, fromMs, toMs, batchEvents = DEFAULT_BATCH_EVENTS } = options;
  const incident = options.incident === undefined ? defaultIncident(fromMs, toMs) : options.incident;
  const shop = createShop(new Random(seed));
  const momentOf = timelineOf(fromMs, toMs);
  let lines: string[] = [];
  let made = 0;
  for (let batch = 0; made < events; batch++) {
    const wanted = Math.min(batchEvents, events - made);
    while (lines.length < wanted) {
      const atMs = momentOf((made + lines.length) / events);
      shop({ atMs, severity: incident === null ? 0 : severityAt(incident, atMs) }, lines);
    }
    // A visit that does not fit goes on in the next batch; at the very end it is cut, so that the count is exact.
    const rest = lines.splice(wanted);
    yield {
      batchId: `demo-${seed}-${fromMs}-${toMs}-${events}-${batch}`,
      events: wanted,
      body: Buffer.from(`${lines.join('\n')}\n`),
    };
    made += wanted;
    lines = rest;
  }
}

/** One incident at about two thirds of the span, a twentieth of it long, at most 45 minutes. */
function defaultIncident(fromMs: number, toMs: number): Incident {
  const startMs = fromMs + 0.68 * (toMs - fromMs);
  return { fromMs: startMs, toMs: startMs + Math.min(45 * 60_000, 0.08 * (toMs - fromMs)) };
}
