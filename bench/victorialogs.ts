import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { victoriaLogs } from '../tests/servers/victorialogs.ts';
import { directoryBytes, ProcessMeter } from './process-meter.ts';
import type { System } from './system.ts';

const START_MS = 30_000;
const DAY_S = 86_400;

/** VictoriaLogs in a process of its own, as it comes: it acknowledges before the data is on disk. */
export async function startVictoriaLogs(): Promise<System> {
  const program = await victoriaLogs();
  const directory = mkdtempSync(path.join(tmpdir(), 'moalog-peer-'));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [`-storageDataPath=${directory}`, `-httpListenAddr=${address}`, '-retentionPeriod=100d', '-loggerLevel=ERROR'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://${address}`;
  for (const giveUp = Date.now() + START_MS; ; await sleep(50)) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null || Date.now() > giveUp) throw new Error('VictoriaLogs did not start');
  }
  return {
    ...runningVictoriaLogs(url),
    meters: { server: new ProcessMeter(child.pid ?? 0) },
    diskBytes: () => directoryBytes(directory),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** One that runs elsewhere; it should be empty. */
export function runningVictoriaLogs(url: string): System {
  const ask = async (route: string, form: Readonly<Record<string, string>>): Promise<string> => {
    const now = Date.now() / 1_000;
    const range = { start: String(now - 30 * DAY_S), end: String(now + DAY_S) };
    const answer = await fetch(`${url}/select/logsql/${route}`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, ...range }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${text}`);
    return text;
  };
  return {
    name: 'VictoriaLogs',
    ingest: {
      url: `${url}/insert/jsonline?_stream_fields=service,host&_time_field=timestamp&_msg_field=message`,
      headers: {},
    },
    meters: {},
    count: async () => Number(/"n":"(\d+)"/.exec(await ask('query', { query: '* | count() as n' }))?.[1] ?? 0),
    ask: async ({ victorialogs }) => (await ask(victorialogs.route, victorialogs.form)).length,
    diskBytes: () => null,
    stop: async () => {},
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
