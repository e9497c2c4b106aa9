import path from 'node:path';
import { type ServerOptions, startServer } from '@moalog/testkit';
import { directoryBytes, ProcessMeter } from './process-meter.ts';
import type { System } from './system.ts';

const RANGE = { from: 'now-30d', to: 'now+1d' };

export async function startMoalog(
  options?: ServerOptions,
): Promise<System & { listenerPort(id: string): Promise<number> }> {
  const server = await startServer(options);
  const ask = async (route: string, body: object): Promise<string> => {
    const answer = await server.request(`/api/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${route}: ${answer.status} ${text}`);
    return text;
  };
  return {
    name: 'Moalog',
    ingest: { url: `${server.url}/api/v1/ingest`, headers: { authorization: `Bearer ${server.key}` } },
    meters: { server: new ProcessMeter(server.pid), engine: new ProcessMeter(server.enginePid()) },
    count: () => server.count(''),
    listenerPort: (id) => server.listenerPort(id),
    ask: async ({ moalog }) =>
      (await ask(moalog.route, moalog.route === 'sql' ? moalog.body : { ...RANGE, ...moalog.body })).length,
    diskBytes: () => directoryBytes(path.join(server.dataDir, 'engine', 'store')),
    stop: async () => void (await server.stop()),
  };
}
