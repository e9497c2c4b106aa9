import { createServer, type Server } from 'node:http';

/**
 * Holds the engine's port while its process is away, and answers 503 in ClickHouse's form. Only for the moment between a process's end and this
 * server's start connections are refused or cut: see isEngineUnavailable.
 */
export function listenAsUnavailable(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(503, {
      'Content-Type': 'text/plain; charset=UTF-8',
      'Retry-After': '1',
      'X-ClickHouse-Exception-Code': '236',
      Connection: 'close',
    });
    response.end('Code: 236. DB::Exception: The engine is starting; try again in a moment. (ABORTED)\n');
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

const SOCKET_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Whether an error of a client means that the engine was away: the request may be tried again. Looks at causes too. */
export function isEngineUnavailable(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = 'code' in at ? String(at.code) : '';
    // @clickhouse/client gives ClickHouse's numbers as text, and says "socket hang up" or "aborted" without a code of its own.
    if (SOCKET_CODES.has(code) || code === '236' || /socket hang up|^aborted$/.test(at.message)) return true;
  }
  return false;
}
