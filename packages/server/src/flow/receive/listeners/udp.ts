import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { allowedNetworks, plainAddress } from './networks.ts';
import type { SocketReceiver } from './socket-receiver.ts';
import type { OpenListener, ThreadListener } from './thread-listener.ts';

/** Wanted for the socket: a second of 20,000 small datagrams. Linux gives at most net.core.rmem_max, without a word. */
const BUFFER_BYTES = 16 * 1024 * 1024;
const HEARTBEAT = Buffer.of(0);
/** How often the kernel's count of datagrams that found the buffer full is read. */
const COUNT_MS = 5_000;

/** Listens for datagrams. Nobody can be slowed down here: what finds no room is counted and lost. */
export async function openUdp(listener: ThreadListener, receiver: SocketReceiver): Promise<OpenListener> {
  const { config } = listener;
  const isAllowed = allowedNetworks(config.networks);
  const taker = receiver.datagrams?.(listener.seen);
  const socket = createSocket({ type: isIPv6(config.host) ? 'udp6' : 'udp4' });
  socket.on('message', (datagram, { address }) => {
    const peer = plainAddress(address);
    if (!isAllowed(peer))
      listener.seen.refuse('address_not_allowed', 1, `${peer} is in none of the networks of this listener`);
    else if (listener.lines.isFull) listener.seen.refuse('back_pressure', 1, 'the store is behind; datagrams are lost');
    else taker?.take(datagram, peer);
  });
  socket.bind({ address: config.host, port: config.port });
  await once(socket, 'listening');
  socket.on('error', (error) => listener.complain('listener_failed', String(error)));
  growBuffer();
  const { port } = socket.address();

  let droppedBefore = await kernelDrops(port);
  const countDrops = async (): Promise<void> => {
    const dropped = await kernelDrops(port);
    if (dropped > droppedBefore)
      listener.seen.refuse(
        'socket_buffer_full',
        dropped - droppedBefore,
        `the socket's buffer of ${socket.getRecvBufferSize()} bytes was full; raise net.core.rmem_max`,
      );
    droppedBefore = Math.max(droppedBefore, dropped);
  };
  const timer = setInterval(() => void countDrops(), COUNT_MS);

  return {
    port,
    async close() {
      clearInterval(timer);
      await countDrops();
      socket.close();
      taker?.close?.();
    },
  };

  function growBuffer(): void {
    try {
      socket.setRecvBufferSize(BUFFER_BYTES);
    } catch {
      // Some systems refuse what is above their limit; then it stays as it was.
    }
  }
}

/** Answers each datagram with a zero byte, as Fluentd does: its senders ask whether we are there. Goes without when the port is taken. */
export async function openHeartbeat(listener: ThreadListener, port: number): Promise<OpenListener> {
  const { config } = listener;
  const isAllowed = allowedNetworks(config.networks);
  const socket = createSocket({ type: isIPv6(config.host) ? 'udp6' : 'udp4' });
  socket.on('message', (_datagram, { address, port: from }) => {
    if (isAllowed(plainAddress(address))) socket.send(HEARTBEAT, from, address, () => {});
  });
  const { promise: isOpen, resolve } = Promise.withResolvers<boolean>();
  socket.on('error', (error) => {
    listener.complain('heartbeat_failed', `UDP heartbeats are not answered: ${error}`);
    resolve(false);
  });
  socket.bind({ address: config.host, port }, () => resolve(true));
  const opened = await isOpen;
  return { port, close: async () => void (opened && socket.close()) };
}

/** Datagrams that the kernel threw away for a port since its socket was opened (Linux; 0 elsewhere). */
async function kernelDrops(port: number): Promise<number> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const table of ['/proc/net/udp', '/proc/net/udp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const row of text.split('\n')) {
      const cells = row.trim().split(/\s+/);
      if (cells[1]?.endsWith(wanted)) drops += Number(cells.at(-1)) || 0;
    }
  }
  return drops;
}
