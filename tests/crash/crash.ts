import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type TestServer } from '@moalog/testkit';

const SENDERS = 3;
const LINES_A_BATCH = 50;

export interface CrashReport {
  readonly rounds: number;
  readonly kills: { readonly server: number; readonly engine: number };
  /** Events whose batch was acknowledged. */
  readonly acknowledged: number;
  /** Events in the store. */
  readonly stored: number;
  /** Acknowledged events that are missing, and events that are there more than once. */
  readonly missing: number;
  readonly repeated: number;
  /** The same counted by the rollup. */
  readonly rollup: number;
  /** Log of the last server, warnings and worse. */
  readonly log: string;
}

/** Kills server or engine with kill -9 at random moments under load, `rounds` times, then compares what was acknowledged with what is there. */
export async function crashRounds(rounds: number, random: () => number = Math.random): Promise<CrashReport> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'moalog-crash-'));
  const acknowledged = new Set<string>();
  const unanswered: { id: string; lines: string[] }[] = [];
  const kills = { server: 0, engine: 0 };
  let batches = 0;

  const deliver = async (server: TestServer, batch: { id: string; lines: string[] }): Promise<void> => {
    await server.send(batch.lines, { batch_id: batch.id });
    for (const line of batch.lines) acknowledged.add((JSON.parse(line) as { id: string }).id);
  };
  const sendUntil = async (server: TestServer, over: AbortSignal): Promise<void> => {
    while (!over.aborted) {
      // A batch without an answer is sent again with the same id, as agents do.
      const id = `batch-${++batches}`;
      const batch = unanswered.pop() ?? {
        id,
        lines: Array.from({ length: LINES_A_BATCH }, (_, i) =>
          JSON.stringify({
            id: `${id}-${i}`,
            level: ['info', 'error'][i % 2],
            service: `s${i % 4}`,
            message: `line ${i} of ${id}`,
          }),
        ),
      };
      try {
        await deliver(server, batch);
      } catch {
        unanswered.push(batch);
        await sleep(20);
      }
    }
  };

  try {
    for (let round = 0; round < rounds; round++) {
      const server = await startServer({ dataDir });
      const over = new AbortController();
      const senders = Array.from({ length: SENDERS }, () => sendUntil(server, over.signal));
      await sleep(200 + random() * 1_500);
      if (random() < 0.5) {
        kills.engine++;
        process.kill(server.enginePid(), 'SIGKILL');
        await sleep(200 + random() * 800);
      } else kills.server++;
      over.abort();
      await server.kill9();
      await Promise.all(senders);
    }
    const server = await startServer({ dataDir });
    for (const batch of unanswered.splice(0)) await deliver(server, batch);
    await server.waitForCount('event_id:>0', acknowledged.size, 60_000).catch(() => undefined);
    const exported = await (
      await server.request('/api/v1/export', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ from: 'now-1d', to: 'now+1d', columns: ['id'] }),
      })
    ).text();
    const ids = exported
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    const present = new Set(ids);
    const report: CrashReport = {
      rounds,
      kills,
      acknowledged: acknowledged.size,
      stored: ids.length,
      missing: [...acknowledged].filter((id) => !present.has(id)).length,
      repeated: ids.length - present.size,
      rollup: await countedByRollup(server),
      log: server.output(),
    };
    await server.stop();
    return report;
  } finally {
    if (process.env.MOALOG_TEST_KEEP !== '1') rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Events that the rollup counts; rejects when the count would not come from there. */
async function countedByRollup(server: TestServer): Promise<number> {
  const explained = await server.request('/api/v1/explain', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'now-20000d', to: 'now+2d' }),
  });
  const { histogram } = (await explained.json()) as { histogram: { rollup: boolean } }; // shape of the route
  if (!histogram.rollup) throw new Error('the count does not come from the rollup');
  return server.count('');
}
