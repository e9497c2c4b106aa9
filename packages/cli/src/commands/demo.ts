import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, CommandError, duration, positiveNumber, readCommandLine, UsageError } from '../command.ts';
import {
  CONNECTION_HELP,
  CONNECTION_OPTIONS,
  type Connection,
  connectionOf,
  ensureRunning,
} from '../connection/connect.ts';
import { eachInFlight } from '../connection/in-flight.ts';
import { ingest } from '../connection/ingest.ts';
import { type DemoBatch, generateDemo } from '../demo/generate.ts';
import { rhythm } from '../demo/timeline.ts';

const IN_FLIGHT = 4;
/** Live traffic is planned a stretch at a time; each has its incident. */
const STRETCH_MS = 20 * 60_000;
const TICK_MS = 250;
/** Events of the past when only a span was asked: enough to look at, sent in seconds. */
const DEFAULT_PAST_EVENTS = 300_000;

export const demo: Command = {
  name: 'demo',
  summary: 'send believable traffic of a small shop, to see Moalog alive',
  help: () => `moalog demo [OPTIONS]

Access logs, services with JSON logs and stack traces, and an incident of payment time-outs.

  --rate N       events a second while following live (50)
  --back SPAN    first fill this much of the past, such as 24h, as fast as the server takes it
  --events N     stop after so many events; with --back and --no-follow exactly so many are spread over the past
  --no-follow    end after the past is filled
  --seed N       another seed, another shop day (1)
  --project P    the project (default)
${CONNECTION_HELP}`,

  async run(argv) {
    const { values, positionals } = readCommandLine(argv, {
      ...CONNECTION_OPTIONS,
      rate: { type: 'string', default: '50' },
      back: { type: 'string' },
      events: { type: 'string' },
      'no-follow': { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      project: { type: 'string' },
    });
    if (positionals.length > 0) throw new UsageError(`demo takes no ${positionals[0]}`);
    const rate = positiveNumber('rate', values.rate);
    const seed = positiveNumber('seed', values.seed);
    const wanted =
      values.events === undefined ? Number.POSITIVE_INFINITY : Math.round(positiveNumber('events', values.events));
    const backMs = values.back === undefined ? 0 : duration('back', values.back);
    const connection = connectionOf(values);
    await ensureRunning(connection);
    const sender = createSender(connection, values.project);

    if (backMs > 0) {
      const events = Number.isFinite(wanted)
        ? wanted
        : Math.max(1, Math.min(DEFAULT_PAST_EVENTS, Math.round((rate * backMs) / 1_000)));
      const toMs = Date.now();
      await eachInFlight(generateDemo({ seed, events, fromMs: toMs - backMs, toMs }), IN_FLIGHT, sender.send);
      sender.report();
    }
    if (!values['no-follow'] && sender.sent() < wanted) await follow(sender, { seed, rate, wanted });
    return 0;
  },
};

interface Sender {
  readonly send: (batch: DemoBatch) => Promise<void>;
  sent(): number;
  report(): void;
}

function createSender(connection: Connection, project: string | undefined): Sender {
  let events = 0;
  let bytes = 0;
  const startedAt = performance.now();
  return {
    async send({ batchId, body, events: count }) {
      const parameters = new URLSearchParams({ batch_id: batchId, ...(project !== undefined && { project }) });
      const answer = await ingest(
        connection,
        { body, parameters, contentType: 'application/x-ndjson' },
        {
          onRetry: (reason, pauseMs) => process.stderr.write(`waiting ${Math.round(pauseMs)} ms: ${reason}\n`),
        },
      );
      if (answer.accepted !== count) throw new CommandError(`The server took ${answer.accepted} of ${count} events.`);
      events += count;
      bytes += body.length;
    },
    sent: () => events,
    report() {
      const seconds = (performance.now() - startedAt) / 1_000;
      process.stdout.write(
        `sent ${events} events, ${bytes} bytes in ${seconds.toFixed(1)} s (${Math.round(events / seconds)} events/s)\n`,
      );
    },
  };
}

/** Sends live traffic until Ctrl-C, or until `wanted` events were sent in all. */
async function follow(
  sender: Sender,
  { seed, rate, wanted }: { seed: number; rate: number; wanted: number },
): Promise<void> {
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.stdout.write(`Following live at about ${rate} events/s; Ctrl-C ends.\n`);
  for (let stretch = 0; !stopped && sender.sent() < wanted; stretch++) {
    const fromMs = Date.now();
    const incident = { fromMs: fromMs + 0.2 * STRETCH_MS, toMs: fromMs + 0.45 * STRETCH_MS };
    const busy = rhythm(fromMs);
    const events = Math.max(1, Math.min(wanted - sender.sent(), Math.round((rate * busy * STRETCH_MS) / 1_000)));
    const toMs = fromMs + (events / (rate * busy)) * 1_000;
    const batchEvents = Math.max(1, Math.round((rate * busy * TICK_MS) / 1_000));
    let done = 0;
    for (const batch of generateDemo({ seed: seed + stretch, events, fromMs, toMs, batchEvents, incident })) {
      done += batch.events;
      const dueMs = fromMs + (done / events) * (toMs - fromMs);
      while (!stopped && Date.now() < dueMs) await sleep(Math.min(TICK_MS, Math.max(1, dueMs - Date.now())));
      if (stopped) break;
      await sender.send(batch);
    }
  }
  process.off('SIGINT', stop).off('SIGTERM', stop);
  sender.report();
}
