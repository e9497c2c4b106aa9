import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { readCertificates, watchCertificates } from '#tls';
import { allowedNetworks, plainAddress } from './networks.ts';
import { Refusal, type SocketReceiver } from './socket-receiver.ts';
import type { OpenListener, ThreadListener } from './thread-listener.ts';

const HANDSHAKE_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** A sender that was told to end its connection gets so long to do it. */
const END_MS = 1_000;

/** Hand-overs of a connection whose outcome is awaited. */
interface StoresOf {
  count: number;
  /** The connection ends behind them. */
  isLast: boolean;
}

interface Serving {
  readonly served: Promise<void>;
  /** Tells the sender that we end, once what it waits for is acknowledged. */
  end(): void;
}

/** Listens for TCP or TLS and lets the receiver speak with each sender. */
export async function openTcp(listener: ThreadListener, receiver: SocketReceiver): Promise<OpenListener> {
  const { config } = listener;
  const isAllowed = allowedNetworks(config.networks);
  const serving = new Map<Socket, Serving>();
  const raw = new Set<Socket>();

  const serve = async (socket: Socket, under: StoresOf): Promise<void> => {
    const peer = plainAddress(socket.remoteAddress);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    // A sender that waits for its answer is not idle.
    socket.setTimeout(config.idle_timeout_ms, () => {
      if (under.count > 0 || listener.lines.isFull) socket.setTimeout(config.idle_timeout_ms);
      else {
        listener.refuseConnection('idle', `${peer} sent nothing for ${config.idle_timeout_ms / 1_000} s`);
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    try {
      await receiver.serve({
        ...listener.seen,
        peer,
        chunks: socket,
        write: (bytes) => void socket.write(bytes),
        async store(handful) {
          under.count++;
          try {
            return await listener.seen.store(handful);
          } finally {
            under.count--;
            // After the acknowledgement, which the receiver writes next.
            if (under.isLast && under.count === 0) setImmediate(() => socket.end());
          }
        },
      });
    } catch (error) {
      if (error instanceof Refusal) listener.refuseConnection(error.reason, `${peer}: ${error.message}`);
      else if (!isConnectionError(error)) {
        listener.refuseConnection('internal', `${peer}: ${error}`);
        listener.complain('listener_failed', `${peer}: ${error instanceof Error ? error.stack : error}`);
      }
    } finally {
      socket.destroySoon();
    }
  };
  const take = (socket: Socket): void => {
    const under = { count: 0, isLast: false };
    const served = serve(socket, under).finally(() => serving.delete(socket));
    serving.set(socket, {
      served,
      end() {
        under.isLast = true;
        if (under.count === 0) socket.end();
      },
    });
  };

  const options = { allowHalfOpen: true, noDelay: true };
  let stopWatching = (): void => {};
  let server: Server;
  if (config.transport === 'tls') {
    const asks = { requestCert: config.client_ca !== undefined, rejectUnauthorized: config.client_ca !== undefined };
    const tls = createTlsServer(
      { ...options, ...asks, ...(await readCertificates(config)), handshakeTimeout: HANDSHAKE_MS },
      take,
    );
    tls.on('tlsClientError', (error, socket) => {
      // A certificate that no authority of ours signed shows as a connection that was reset.
      const wrong = socket.authorizationError ?? (isConnectionError(error) ? null : error.message);
      if (wrong !== null) listener.refuseConnection('tls_handshake', `${plainAddress(socket.remoteAddress)}: ${wrong}`);
    });
    stopWatching = watchCertificates(
      config,
      (certificates) => {
        tls.setSecureContext(certificates);
        listener.complain('certificates_reloaded', 'certificates were read again');
      },
      (error) => listener.complain('certificates_unreadable', `the certificates in use stay: ${error}`),
    );
    server = tls;
  } else server = createServer(options, take);

  server.maxConnections = config.max_connections;
  server.on('drop', (dropped) =>
    listener.refuseConnection(
      'too_many_connections',
      `${plainAddress(dropped?.remoteAddress)}: ${config.max_connections} connections are open (max_connections)`,
    ),
  );
  // Before the handshake, and before the receiver hears of it.
  server.prependListener('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress);
    if (!isAllowed(address)) {
      listener.refuseConnection('address_not_allowed', `${address} is in none of the networks of this listener`);
      socket.destroy();
    }
    raw.add(socket);
    listener.connections(raw.size);
    socket.once('close', () => {
      raw.delete(socket);
      listener.connections(raw.size);
    });
  });
  server.listen({ host: config.host, port: config.port });
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : config.port,
    async close() {
      stopWatching();
      server.close();
      const all = [...serving.values()];
      for (const { end } of all) end();
      const served = Promise.all(all.map((one) => one.served));
      await Promise.race([served, sleep(END_MS, undefined, { ref: false })]);
      for (const socket of raw) socket.destroy();
      await served;
    },
  };
}

/** The network's doing or the sender's: nothing to look into. */
function isConnectionError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'].includes(code);
}
