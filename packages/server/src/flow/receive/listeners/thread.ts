/** The thread of all listeners: sockets, framing and decoding, apart from the thread that answers HTTP. Lines go to the server, which stores them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { ListenerConfig } from '#config';
import type { AppendOutcome } from '#transport';
import { LineBatch } from './line-batch.ts';
import type { FromThread, ThreadData, ToThread } from './messages.ts';
import { PROTOCOLS } from './protocols.ts';
import { type Handful, type Listener, Refusal } from './socket-receiver.ts';
import { openTcp } from './tcp.ts';
import type { OpenListener, ThreadListener } from './thread-listener.ts';
import { Turnstile } from './turnstile.ts';
import { openHeartbeat, openUdp } from './udp.ts';

if (parentPort === null) throw new Error('thread.ts runs as a worker thread');
const port = parentPort;
const { listeners } = workerData as ThreadData; // given by listeners.ts
const say = (message: FromThread, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);

const LAST_LOOK_MS = 50;
/** Messages of a listener that may be unfolded in memory at once. Each has its own: what waits for one project holds up no other. */
const LARGE_AT_ONCE = 4;

const waiting = new Map<number, PromiseWithResolvers<AppendOutcome>>();
let lastNumber = 0;

function store(id: string, { payload, rows, batchId }: Handful): Promise<AppendOutcome> {
  const number = ++lastNumber;
  const outcome = Promise.withResolvers<AppendOutcome>();
  waiting.set(number, outcome);
  const batch = { number, payload, rows, receivedAt: Date.now(), ...(batchId !== undefined && { batchId }) };
  say({ kind: 'batch', id, batch }, payload.buffer instanceof ArrayBuffer ? [payload.buffer] : []);
  return outcome.promise;
}

function threadListener(config: ListenerConfig): ThreadListener {
  const { id } = config;
  const lines = new LineBatch((handful) => store(id, handful));
  const turnstile = new Turnstile(LARGE_AT_ONCE);
  const seen: Listener = {
    config,
    lines,
    store: (handful) => store(id, handful),
    large: (work) => turnstile.pass(work),
    refuse: (reason, count, message) => say({ kind: 'refused', id, what: 'events', reason, count, message }),
  };
  return {
    config,
    lines,
    seen,
    refuseConnection: (reason, message) => say({ kind: 'refused', id, what: 'connection', reason, count: 1, message }),
    connections: (open) => say({ kind: 'connections', id, open }),
    complain: (event, message) => say({ kind: 'complaint', id, event, message }),
  };
}

const opened: Promise<{ sockets: readonly OpenListener[]; lines: LineBatch } | null>[] = listeners.map(
  async (config) => {
    const listener = threadListener(config);
    try {
      const receiver = PROTOCOLS[config.protocol];
      await receiver.check?.(config);
      const open = await (config.transport === 'udp' ? openUdp : openTcp)(listener, receiver);
      const sockets = receiver.answersHeartbeats ? [open, await openHeartbeat(listener, open.port)] : [open];
      say({ kind: 'listening', id: config.id, port: open.port });
      return { sockets, lines: listener.lines };
    } catch (error) {
      say({ kind: 'cannotListen', id: config.id, message: error instanceof Error ? error.message : String(error) });
      return null;
    }
  },
);

async function close(): Promise<void> {
  const all = await Promise.all(opened);
  // Connections and datagrams that the kernel holds for us are still taken.
  await sleep(LAST_LOOK_MS);
  await Promise.all(
    all.map(async (one) => {
      await Promise.all(one?.sockets.map((socket) => socket.close()) ?? []);
      await one?.lines.drain();
    }),
  );
  port.close();
}

port.on('message', (message: ToThread) => {
  if (message.kind === 'close') return void close();
  const { number, outcome } = message;
  const asked = waiting.get(number);
  waiting.delete(number);
  if (outcome === 'lost') asked?.reject(new Refusal('shutting_down', 'the server stops'));
  else asked?.resolve(outcome);
});
