// `npm run bench -- receivers [--events N] [--only NAME]`: each receiver over HTTP into the spool and the store of one server, on this machine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMoalog } from './moalog.ts';
import { RECEIVERS } from './receiver-bodies.ts';
import type { SendOrder, SendReport } from './sender.ts';

const IN_FLIGHT = 4;
const EVENTS_A_BODY = 2_000;
const FOUND_MS = 300_000;

/** Prints a table with a row for each receiver: acknowledged after fsync, searchable, and CPU time of server and engine. */
export async function measureReceivers(events: number, only: string | undefined): Promise<void> {
  const system = await startMoalog();
  const perEvent = (ms: number): string => ((ms * 1_000) / events).toFixed(1);
  const rate = (ms: number): string => Math.round((events / ms) * 1_000).toLocaleString('en');
  console.log('| receiver | acknowledged, events/s | searchable, events/s | CPU µs an event, server | engine |');
  console.log('| --- | --- | --- | --- | --- |');
  try {
    let before = 0;
    for (const { name, path: route, headers } of RECEIVERS) {
      if (only !== undefined && !name.startsWith(only)) continue;
      const url = new URL(route, system.ingest.url).href;
      const order: SendOrder = {
        url,
        headers: { ...system.ingest.headers, ...headers },
        events,
        inFlight: IN_FLIGHT,
        receiver: { name, eventsABody: EVENTS_A_BODY },
      };
      const child = fork(path.join(import.meta.dirname, 'sender.ts'), [JSON.stringify(order)]);
      await once(child, 'message');
      const cpu = Object.entries(system.meters).map(([part, meter]) => [part, meter.cpuMs()] as const);
      const startedAt = performance.now();
      child.send('go');
      const [report] = (await once(child, 'message')) as [SendReport]; // written by sender.ts
      for (let found = -1; found < before + events; await sleep(50)) {
        found = await system.count();
        if (performance.now() - startedAt > FOUND_MS) throw new Error(`only ${found - before} events were found`);
      }
      const searchableMs = performance.now() - startedAt;
      before += events;
      const used = cpu.map(([part, ms]) => perEvent((system.meters[part]?.cpuMs() ?? 0) - ms));
      console.log(`| ${[name, rate(report.acknowledgedMs), rate(searchableMs), ...used].join(' | ')} |`);
    }
  } finally {
    await system.stop();
  }
}
