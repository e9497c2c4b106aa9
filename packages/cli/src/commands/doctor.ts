import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { searchResponseSchema, sessionSchema } from '@moalog/contract';
import { type Command, CommandError, readCommandLine } from '../command.ts';
import {
  CONNECTION_HELP,
  CONNECTION_OPTIONS,
  call,
  connectionOf,
  dataDirectory,
  postJson,
} from '../connection/connect.ts';
import { ingest } from '../connection/ingest.ts';

type Finding = { readonly state: 'ok' | 'warn' | 'fail'; readonly what: string };
const ok = (what: string): Finding => ({ state: 'ok', what });
const warn = (what: string): Finding => ({ state: 'warn', what });
const fail = (what: string): Finding => ({ state: 'fail', what });

const CANARY_PATIENCE_MS = 10_000;
const SLOW_CANARY_MS = 1_000;
const LOW_FREE_BYTES = 5 * 1024 ** 3;
const MIN_FREE_BYTES = 512 * 1024 ** 2;

export const doctor: Command = {
  name: 'doctor',
  summary: 'check this machine, the server and the way from sending to finding',
  help: () => `moalog doctor [OPTIONS]     (sends one event, with source "doctor"; exit code 1 when a check fails)

${CONNECTION_HELP}`,

  async run(argv) {
    const { values } = readCommandLine(argv, CONNECTION_OPTIONS);
    let failed = false;
    for await (const finding of findings(values)) {
      failed ||= finding.state === 'fail';
      process.stdout.write(`${finding.state.padEnd(4)}  ${finding.what}\n`);
    }
    return failed ? 1 : 0;
  },
};

async function* findings(given: { url?: string; key?: string }): AsyncGenerator<Finding> {
  yield nodeVersion();
  yield engineLibrary();
  yield* dataDirectoryFindings(dataDirectory());
  try {
    yield* serverFindings(given);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    yield fail(error.message);
  }
}

function nodeVersion(): Finding {
  const text = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
  return Number(process.versions.node.split('.')[0]) >= 24
    ? ok(text)
    : fail(`${text}; Moalog needs Node 24, which bin/moalog.mjs finds`);
}

function engineLibrary(): Finding {
  try {
    createRequire(import.meta.resolve('@moalog/engine')).resolve('chdb');
    return ok('the engine library (chdb) is installed');
  } catch {
    return warn(
      'the engine library (chdb) is not installed; the embedded engine needs it, a ClickHouse server (MOALOG_CLICKHOUSE_URL) does not',
    );
  }
}

function* dataDirectoryFindings(directory: string): Generator<Finding> {
  if (!existsSync(directory)) {
    yield warn(
      `the data directory ${directory} does not exist yet; the server makes it (MOALOG_DATA_DIR names another)`,
    );
    return;
  }
  try {
    accessSync(directory, constants.R_OK | constants.W_OK);
    yield ok(`the data directory ${directory} can be written`);
  } catch {
    yield fail(`the data directory ${path.resolve(directory)} cannot be written by this user`);
  }
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB free on its disk`;
  yield free < MIN_FREE_BYTES ? fail(`${text}; ingestion stops`) : free < LOW_FREE_BYTES ? warn(text) : ok(text);
}

async function* serverFindings(given: { url?: string; key?: string }): AsyncGenerator<Finding> {
  const connection = connectionOf(given);
  const askedAt = Date.now();
  const health = await call(connection, '/healthz');
  const answeredAt = Date.now();
  yield ok(`the server at ${connection.url} answers (${answeredAt - askedAt} ms)`);

  const date = Date.parse(health.headers.get('date') ?? '');
  if (Number.isFinite(date)) {
    // The header has whole seconds: its middle is the best guess.
    const skewMs = date + 500 - (askedAt + answeredAt) / 2;
    const text = `clocks differ by about ${(Math.abs(skewMs) / 1_000).toFixed(1)} s`;
    yield Math.abs(skewMs) > 5_000 ? warn(`${text}; times of events will look wrong`) : ok(text);
  }

  const ready = await fetch(`${connection.url}/readyz`);
  yield ready.ok
    ? ok('the server is ready to accept and to search')
    : fail(`the server is not ready: ${(await ready.text()).slice(0, 300)}`);

  const session = sessionSchema.parse(await (await call(connection, '/api/v1/session')).json());
  yield ok(
    `the key from ${connection.keyFrom} is valid (${session.scopes.join(', ')}); server version ${session.version}`,
  );
  const project = session.projects[0]?.slug;
  if (project === undefined) yield warn('the key sees no project, so nothing was sent');
  else if (!session.scopes.includes('admin') && !(session.scopes.includes('ingest') && session.scopes.includes('read')))
    yield warn('the key may not both send and read, so nothing was sent');
  else yield await canary(connection, project);
}

/** Sends one event and searches for it until it is found. */
async function canary(connection: Parameters<typeof call>[0], project: string): Promise<Finding> {
  const id = randomUUID().replaceAll('-', '');
  const body = Buffer.from(
    `${JSON.stringify({ level: 'info', service: 'moalog-doctor', message: `doctor canary ${id}` })}\n`,
  );
  const parameters = new URLSearchParams({ project, source: 'doctor', batch_id: `doctor:${id}` });
  await ingest(
    connection,
    { body, parameters, contentType: 'application/x-ndjson' },
    { patienceMs: CANARY_PATIENCE_MS },
  );
  const acceptedAt = performance.now();
  for (;;) {
    const answer = await postJson(connection, '/api/v1/search', {
      project,
      query: id,
      from: 'now-5m',
      to: 'now+1m',
      limit: 1,
    });
    const waitedMs = Math.round(performance.now() - acceptedAt);
    if (searchResponseSchema.parse(await answer.json()).rows.length > 0) {
      const text = `an event was found ${waitedMs} ms after it was accepted`;
      return waitedMs > SLOW_CANARY_MS ? warn(text) : ok(text);
    }
    if (waitedMs > CANARY_PATIENCE_MS)
      return fail(
        `an accepted event was not found within ${CANARY_PATIENCE_MS / 1_000} s; the server's log says why it is behind`,
      );
    await sleep(25);
  }
}
