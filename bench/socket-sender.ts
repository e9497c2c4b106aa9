// A process of its own that sends by a protocol that is not HTTP: NAME PORT EVENTS. Makes what it sends first, says `ready`, and sends when told to.
import type { SendReport } from './sender.ts';
import { SOCKET_SENDERS } from './socket-senders.ts';

const [name, port, events] = process.argv.slice(2);
const sender = SOCKET_SENDERS.find((one) => one.name === name);
if (sender === undefined) throw new Error(`there is no sender ${name}`);
const send = sender.prepare(Number(port), Number(events));

process.once('message', async () => {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await send();
  const acknowledgedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({ acknowledgedMs, cpuMs: (user + system) / 1_000 } satisfies SendReport);
  process.disconnect();
});
process.send?.('ready');
