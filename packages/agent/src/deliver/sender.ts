import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import type { AgentConfig } from '../config/config.ts';

const gzipBytes = promisify(gzip);
const zstdBytes = promisify(zstdCompress);

/** Answers that a later try may turn into a success. */
const PASSING = new Set([408, 429, 500, 502, 503, 504, 507]);
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;
/** The longest pause that a server may ask for. */
const MAX_WANTED_PAUSE_MS = 300_000;
const ANSWER_MS = 60_000;
const MAX_ANSWER_BYTES = 65_536;

export type Answer =
  | { readonly kind: 'accepted'; readonly events: number; readonly isDuplicate: boolean }
  /** Trying again at once is of no use: an unknown key, a wrong setting. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string };

export interface Shipment {
  readonly body: Buffer;
  /** Query parameters of the request, the batch id among them. */
  readonly parameters: URLSearchParams;
  /** Nothing leaves before it: packing goes on meanwhile. */
  readonly noted: Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

export interface SenderEvents {
  /** A try that failed and will be repeated. */
  retry(reason: string, pauseMs: number): void;
  sent(bytes: number): void;
}

/** Sends batches to the server; holds up to `inFlight` connections. */
export class Sender {
  readonly #server: string;
  readonly #ingest: URL;
  readonly #key: string;
  readonly #compression: AgentConfig['compression'];
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;
  readonly #events: SenderEvents;
  /** Until then the server wants rest, from all requests. */
  #restUntil = 0;

  constructor(
    config: Pick<AgentConfig, 'server' | 'ca' | 'proxy' | 'inFlight' | 'compression'>,
    key: string,
    events: SenderEvents,
  ) {
    this.#server = config.server;
    this.#ingest = new URL(`${config.server}/api/v1/ingest`);
    this.#key = key;
    this.#compression = config.compression;
    this.#events = events;
    const isTls = this.#ingest.protocol === 'https:';
    const { proxy } = config;
    const options = {
      keepAlive: true,
      maxSockets: config.inFlight + 1,
      proxyEnv: proxy === undefined ? process.env : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
      ...(config.ca !== undefined && { ca: readFileSync(config.ca) }),
    };
    this.#agent = isTls ? new https.Agent(options) : new http.Agent(options);
    this.#request = isTls ? https.request : http.request;
  }

  /** Resolves when the server has the batch durable, or will not take it. Rejects when `signal` is aborted. */
  async send({ body, parameters, noted }: Shipment, signal: AbortSignal): Promise<Answer> {
    const [packed] = await Promise.all([this.#pack(body), noted]);
    for (let attempt = 0; ; attempt++) {
      const restMs = this.#restUntil - Date.now();
      if (restMs > 0) await sleep(restMs, undefined, { signal });
      const outcome = await this.#once(packed, parameters, signal);
      if ('kind' in outcome) return outcome;
      const pauseMs =
        outcome.pauseMs ?? Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.75 + Math.random() / 2);
      if (outcome.pauseMs !== undefined) this.#restUntil = Math.max(this.#restUntil, Date.now() + pauseMs);
      this.#events.retry(outcome.reason, pauseMs);
      await sleep(pauseMs, undefined, { signal });
    }
  }

  /** Tells the server how the agent does; what it answers, null when it could not be told. Tried once. */
  async report(heartbeat: object, project: string | undefined, signal: AbortSignal): Promise<unknown> {
    const url = new URL(`${this.#server}/api/v1/agents/heartbeat`);
    if (project !== undefined) url.searchParams.set('project', project);
    try {
      const headers = { 'content-type': 'application/json' };
      const reply = await this.#post(url, Buffer.from(JSON.stringify(heartbeat)), headers, signal);
      return reply.status === 200 ? JSON.parse(reply.text) : null;
    } catch {
      return null;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #once(
    body: Buffer,
    parameters: URLSearchParams,
    signal: AbortSignal,
  ): Promise<Answer | { readonly reason: string; readonly pauseMs: number | undefined }> {
    let reply: Reply;
    try {
      const url = new URL(this.#ingest);
      url.search = parameters.toString();
      const coding = this.#compression === 'none' ? {} : { 'content-encoding': this.#compression };
      const headers = { 'content-type': 'text/plain; charset=utf-8', ...coding };
      reply = await this.#post(url, body, headers, signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? ('code' in error && String(error.code)) || error.message : String(error);
      return { reason: `${this.#ingest.origin} cannot be reached (${reason})`, pauseMs: undefined };
    }
    if (reply.status >= 200 && reply.status < 300) {
      const answer = acceptedOf(reply.text);
      // Something between here and the server may answer in its place.
      if (answer === null) return { reason: `${this.#ingest.origin} is no Moalog server`, pauseMs: undefined };
      this.#events.sent(body.length);
      return answer;
    }
    const detail = detailOf(reply);
    if (!PASSING.has(reply.status)) return { kind: 'refused', status: reply.status, detail };
    return { reason: `the server answered ${reply.status}: ${detail}`, pauseMs: wantedPauseMs(reply.retryAfter) };
  }

  #post(url: URL, body: Buffer, more: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply> {
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-length': body.length,
      'user-agent': 'moalog-agent',
      ...more,
    };
    return new Promise((resolve, reject) => {
      const request = this.#request(url, { method: 'POST', agent: this.#agent, headers, signal }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'],
            text: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('close', () => reject(new Error('the answer was torn')));
      });
      request.setTimeout(ANSWER_MS, () => request.destroy(new Error('no answer came in time')));
      request.on('error', reject);
      request.end(body);
    });
  }

  async #pack(body: Buffer): Promise<Buffer> {
    if (this.#compression === 'none') return body;
    if (this.#compression === 'gzip') return gzipBytes(body, { level: 1, chunkSize: 262_144 });
    return zstdBytes(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 262_144 });
  }
}

function acceptedOf(text: string): Answer | null {
  try {
    const { accepted, duplicate } = JSON.parse(text) as Readonly<Record<string, unknown>>; // both are looked at
    return typeof accepted === 'number'
      ? { kind: 'accepted', events: accepted, isDuplicate: duplicate === true }
      : null;
  } catch {
    return null;
  }
}

function detailOf({ text }: Reply): string {
  try {
    const { detail } = JSON.parse(text) as Readonly<Record<string, unknown>>; // looked at
    if (typeof detail === 'string') return detail;
  } catch {
    // no problem document
  }
  return text.slice(0, 200);
}

/** Of a Retry-After header: seconds or a date. */
function wantedPauseMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(MAX_WANTED_PAUSE_MS, Math.max(0, ms)) : undefined;
}
