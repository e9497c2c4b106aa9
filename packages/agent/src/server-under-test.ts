import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

const PATIENCE_MS = 20_000;
const IDLE_MS = 700;

/** Stands in for the server where a test decides its answers: stores each batch id once. Tests with the real one are in tests/agent. */
export class StandInServer {
  readonly #server: Server;
  readonly #stored = new Map<string, string>();
  readonly parameters: URLSearchParams[] = [];
  repeated = 0;
  #refusals: { status: number; retryAfter?: string }[] = [];
  #torn = 0;
  #holds = false;
  #lastAt = Date.now();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<StandInServer> {
    const server = createServer();
    const own = new StandInServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => own.#answer(request, response, Buffer.concat(chunks)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return own;
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo; // it listens on a port
    return `http://127.0.0.1:${address.port}`;
  }

  lines(): string[] {
    return [...this.#stored.values()]
      .join('')
      .split('\n')
      .filter((line) => line !== '');
  }

  /** Rejects when they do not come. More than these are found by the comparison that follows. */
  async untilLines(count: number): Promise<void> {
    for (const giveUp = Date.now() + PATIENCE_MS; this.lines().length < count; await sleep(10))
      if (Date.now() > giveUp) throw new Error(`${this.lines().length} lines came, not ${count}`);
  }

  /** Until nothing has come for a while. */
  async untilIdle(): Promise<void> {
    this.#lastAt = Date.now();
    while (Date.now() - this.#lastAt < IDLE_MS) await sleep(20);
  }

  refuse(refusals: readonly { status: number; retryAfter?: string }[]): void {
    this.#refusals = [...refusals];
  }

  /** Stores, and ends the connection without an answer. */
  tearAnswers(count: number): void {
    this.#torn = count;
  }

  /** Stores, and does not answer. */
  holdAnswers(): void {
    this.#holds = true;
  }

  answerAgain(): void {
    this.#holds = false;
  }

  async dropConnections(): Promise<void> {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse, packed: Buffer): void {
    if (request.url?.startsWith('/api/v1/agents/') === true) {
      response.writeHead(200).end('{}');
      return;
    }
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) {
      const headers = refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter };
      response.writeHead(refusal.status, headers).end('{"detail":"no"}');
      return;
    }
    const coding = request.headers['content-encoding'];
    const body = coding === 'gzip' ? gunzipSync(packed) : coding === 'zstd' ? zstdDecompressSync(packed) : packed;
    const parameters = new URL(request.url ?? '', 'http://server').searchParams;
    const id = parameters.get('batch_id') ?? '';
    const text = body.toString();
    const before = this.#stored.get(id);
    if (before === undefined) this.#stored.set(id, text);
    else if (before === text) this.repeated++;
    else throw new Error(`${id} came with two contents`);
    this.parameters.push(parameters);
    this.#lastAt = Date.now();
    if (this.#holds) return;
    if (this.#torn-- > 0) {
      request.socket.destroy();
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ accepted: text.split('\n').length - 1, duplicate: before !== undefined }));
  }
}
