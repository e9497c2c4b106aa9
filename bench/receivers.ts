// `npm run bench -- receivers [--events N] [--only NAME]`: each receiver into the spool and the store of one server, on this machine, over HTTP or its own protocol.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMoalog } from './moalog.ts';
import { RECEIVERS } from './receiver-bodies.ts';
import type { SendOrder, SendReport } from './sender.ts';
import { SOCKET_SENDERS } from './socket-senders.ts';
import type { System } from './system.ts';

const IN_FLIGHT = 4;
const EVENTS_A_BODY = 2_000;
const FOUND_MS = 300_000;
/** Datagrams that were not found so long after the last one that was are lost. */
const LOST_MS = 5_000;

/** Prints a table with a row for each receiver: acknowledged after fsync (or sent, where the protocol has no answers), searchable, lost, and CPU time of server and engine. */
export async function measureReceivers(events: number, only: string | undefined): Promise<void> {
  const isWanted = ({ name }: { name: string }): boolean => only === undefined || name.startsWith(only);
  const sockets = SOCKET_SENDERS.filter(isWanted);
  const listeners = [...new Set(sockets.map(({ listener }) => listener))];
  const urls = listeners.map((listener) => `${listener}://127.0.0.1:0`).join(' ');
  const system = await startMoalog({ flags: ['--listeners', urls] });
  console.log('| receiver | acknowledged, events/s | searchable, events/s | lost | CPU µs an event, server | engine |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  try {
    for (const { name, path: route, headers } of RECEIVERS.filter(isWanted)) {
      const order: SendOrder = {
        url: new URL(route, system.ingest.url).href,
        headers: { ...system.ingest.headers, ...headers },
        events,
        inFlight: IN_FLIGHT,
        receiver: { name, eventsABody: EVENTS_A_BODY },
      };
      await measure(system, name, events, fork(path.join(import.meta.dirname, 'sender.ts'), [JSON.stringify(order)]));
    }
    for (const { name, listener } of sockets) {
      const port = await system.listenerPort(`${listener.replace('+', '-')}-0`);
      const order = [name, String(port), String(events)];
      await measure(system, name, events, fork(path.join(import.meta.dirname, 'socket-sender.ts'), order));
    }
  } finally {
    await system.stop();
  }
}

async function measure(system: System, name: string, events: number, child: ChildProcess): Promise<void> {
  await once(child, 'message');
  const before = await system.count();
  const cpu = Object.entries(system.meters).map(([part, meter]) => [part, meter.cpuMs()] as const);
  const startedAt = performance.now();
  child.send('go');
  const [report] = (await once(child, 'message')) as [SendReport]; // written by the sender
  let [found, foundAt] = [0, performance.now()];
  for (; found < events && performance.now() - foundAt < LOST_MS; await sleep(50)) {
    const now = (await system.count()) - before;
    if (now > found) [found, foundAt] = [now, performance.now()];
    if (performance.now() - startedAt > FOUND_MS) throw new Error(`only ${found} events were found`);
  }
  const perEvent = (ms: number): string => ((ms * 1_000) / found).toFixed(1);
  const rate = (ms: number): string => Math.round((found / ms) * 1_000).toLocaleString('en');
  const used = cpu.map(([part, ms]) => perEvent((system.meters[part]?.cpuMs() ?? 0) - ms));
  const cells = [name, rate(report.acknowledgedMs), rate(foundAt - startedAt), events - found, ...used];
  console.log(`| ${cells.join(' | ')} |`);
}
