import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { eventBodies } from './generator.ts';

/** A sender of a protocol that is not HTTP, as `npm run bench -- receivers` measures its listener; another one is another row. */
export interface SocketSender {
  readonly name: string;
  /** Scheme of the listener's URL. */
  readonly listener: string;
  /** Makes what is sent before the clock runs; the function that it gives sends it and resolves when all is sent, or acknowledged where the protocol does. */
  readonly prepare: (port: number, events: number) => () => Promise<void>;
}

type Event = Readonly<Record<string, string | number>>;
const EVENTS_A_BATCH = 2_000;
const DIFFERENT_BATCHES = 10;
const CONNECTIONS = 4;
const PACE_A_MS = 20;

export const SOCKET_SENDERS: readonly SocketSender[] = [
  {
    name: 'syslog, UDP, 20,000/s',
    listener: 'syslog+udp',
    prepare: (port, events) => datagrams(port, events, PACE_A_MS),
  },
  {
    name: 'syslog, UDP, unpaced',
    listener: 'syslog+udp',
    prepare: (port, events) => datagrams(port, events, Infinity),
  },
  { name: 'syslog, TCP', listener: 'syslog+tcp', prepare: syslogStream },
  { name: 'lumberjack', listener: 'lumberjack+tcp', prepare: lumberjack },
  { name: 'fluent-forward', listener: 'fluent-forward+tcp', prepare: fluentForward },
];

function batches(): Event[][] {
  const lines = [...eventBodies(EVENTS_A_BATCH * DIFFERENT_BATCHES)].flatMap((body) =>
    body.toString().trimEnd().split('\n'),
  );
  return Array.from({ length: DIFFERENT_BATCHES }, (_, i) =>
    lines.slice(i * EVENTS_A_BATCH, (i + 1) * EVENTS_A_BATCH).map((line) => JSON.parse(line)),
  );
}

const SEVERITIES: Readonly<Record<string, number>> = { debug: 15, info: 14, warn: 12, error: 11 };
const syslogMessage = (event: Event): string =>
  `<${SEVERITIES[String(event.level)]}>1 ${event.timestamp} ${event.host} ${event.service} 4711 - - ${event.message}`;

function datagrams(port: number, events: number, perMs: number): () => Promise<void> {
  const messages = batches()
    .flat()
    .map((event) => Buffer.from(syslogMessage(event)));
  return async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
    const startedAt = performance.now();
    for (let sent = 0; sent < events; ) {
      const due = Math.min(events, Math.floor((performance.now() - startedAt) * perMs), sent + 100);
      for (; sent < due; sent++) socket.send(messages[sent % messages.length] ?? '');
      await (perMs === Infinity ? new Promise(setImmediate) : sleep(1));
    }
    socket.close();
  };
}

function syslogStream(port: number, events: number): () => Promise<void> {
  const bodies = batches().map((batch) =>
    Buffer.concat(
      batch.map((event) => {
        const message = Buffer.from(syslogMessage(event));
        return Buffer.concat([Buffer.from(`${message.length} `), message]);
      }),
    ),
  );
  return onConnections(port, events, bodies, async (socket, body) => {
    if (!socket.write(body)) await once(socket, 'drain');
  });
}

function lumberjack(port: number, events: number): () => Promise<void> {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const bodies = batches().map((batch) => {
    const frames = batch.flatMap((event, index) => {
      const json = Buffer.from(JSON.stringify(event));
      return [Buffer.from('2J'), number(index + 1), number(json.length), json];
    });
    // Beats compress with level 3.
    const compressed = deflateSync(Buffer.concat(frames), { level: 3 });
    return Buffer.concat([
      Buffer.from('2W'),
      number(batch.length),
      Buffer.from('2C'),
      number(compressed.length),
      compressed,
    ]);
  });
  return onConnections(port, events, bodies, async (socket, body) => {
    socket.write(body);
    await once(socket, 'data');
  });
}

function fluentForward(port: number, events: number): () => Promise<void> {
  const packed = batches().map((batch) =>
    Buffer.concat(
      batch.map((event) => Buffer.concat([Buffer.of(0x92, 0xce, 0x69, 0x56, 0x12, 0x34), packedMap(event)])),
    ),
  );
  let chunks = 0;
  return onConnections(port, events, packed, async (socket, entries) => {
    const length = Buffer.alloc(5);
    length[0] = 0xc6;
    length.writeUInt32BE(entries.length, 1);
    const option = Buffer.concat([
      Buffer.of(0x81),
      packedText('chunk'),
      packedText(`chunk ${process.pid} ${++chunks}`),
    ]);
    socket.write(Buffer.concat([Buffer.of(0x93), packedText('bench'), length, entries, option]));
    await once(socket, 'data');
  });
}

function packedText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.of(0xda, bytes.length >> 8, bytes.length & 0xff), bytes]);
}

function packedMap(event: Event): Buffer {
  const fields = Object.entries(event).flatMap(([name, value]) => {
    if (typeof value === 'string') return [packedText(name), packedText(value)];
    const double = Buffer.alloc(9);
    double[0] = 0xcb;
    double.writeDoubleBE(value, 1);
    return [packedText(name), double];
  });
  return Buffer.concat([Buffer.of(0xde, 0, fields.length / 2), ...fields]);
}

/** Sends the bodies over and over, each as soon as `send` is done with the one before on its connection. */
function onConnections(
  port: number,
  events: number,
  bodies: readonly Buffer[],
  send: (socket: Socket, body: Buffer) => Promise<void>,
): () => Promise<void> {
  const count = events / EVENTS_A_BATCH;
  return async () => {
    let next = 0;
    const one = async (): Promise<void> => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      while (next < count) await send(socket, bodies[next++ % bodies.length] ?? Buffer.alloc(0));
      socket.end();
      socket.resume();
      await once(socket, 'close');
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, one));
  };
}
