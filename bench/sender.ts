// A process of its own that sends generated events, so that its CPU time can be told apart. Makes all bodies first, says `ready`, and sends when told to.
import { Agent, type IncomingMessage, request } from 'node:http';
import { eventBodies } from './generator.ts';
import { bodiesOf, RECEIVERS } from './receiver-bodies.ts';

/** What bench/run.ts hands over, as JSON in the first argument. */
export interface SendOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly events: number;
  readonly inFlight: number;
  /** Bodies of this receiver's protocol, some that are sent over and over; JSON lines, all different, when absent. */
  readonly receiver?: { readonly name: string; readonly eventsABody: number };
}
export interface SendReport {
  /** From the first request to the last answer. */
  readonly acknowledgedMs: number;
  readonly cpuMs: number;
}

const order = JSON.parse(process.argv[2] ?? '') as SendOrder; // written by bench/run.ts
const DIFFERENT_BODIES = 20;
const bodies = order.receiver === undefined ? [...eventBodies(order.events)] : protocolBodies(order.receiver);

function protocolBodies({ name, eventsABody }: { name: string; eventsABody: number }): Buffer[] {
  const receiver = RECEIVERS.find((one) => one.name === name);
  if (receiver === undefined) throw new Error(`there is no receiver ${name}`);
  const different = bodiesOf(receiver, eventsABody, DIFFERENT_BODIES);
  return Array.from(
    { length: order.events / eventsABody },
    (_, i) => different[i % different.length] ?? Buffer.alloc(0),
  );
}

const agent = new Agent({ keepAlive: true, maxSockets: order.inFlight });

function post(body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...order.headers, 'content-length': body.length };
    const sent = request(order.url, { agent, method: 'POST', headers }, (answer: IncomingMessage) => {
      answer.resume().on('end', () => {
        if (answer.statusCode !== undefined && answer.statusCode < 300) resolve();
        else reject(new Error(`${order.url} answered ${answer.statusCode}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

process.once('message', async () => {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const left = bodies.values();
  await Promise.all(
    Array.from({ length: order.inFlight }, async () => {
      for (const body of left) await post(body);
    }),
  );
  const acknowledgedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({ acknowledgedMs, cpuMs: (user + system) / 1_000 } satisfies SendReport);
  process.disconnect();
});
process.send?.('ready');
