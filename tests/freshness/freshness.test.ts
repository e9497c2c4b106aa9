import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROBES = 200;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
});

test('an event is searchable within a second of its acknowledgement, at 2,000 events/s', {
  timeout: 180_000,
}, async () => {
  let stop = false;
  const background = (async () => {
    for (let i = 0; !stop; i++) {
      await server.send(Array.from({ length: 200 }, (_, n) => `{"message":"noise ${i} ${n}","level":"info"}`));
      await sleep(100);
    }
  })();
  const waitedMs: number[] = [];
  for (let i = 0; i < PROBES; i++) {
    await server.send([`{"message":"probe","probe":"p${i}"}`]);
    const acknowledgedAt = performance.now();
    while ((await server.search({ query: `probe:p${i}`, from: 'now-1h', columns: ['message'] })).rows.length === 0)
      await sleep(20);
    waitedMs.push(performance.now() - acknowledgedAt);
  }
  stop = true;
  await background;
  waitedMs.sort((a, b) => a - b);
  const p99 = waitedMs[Math.ceil(waitedMs.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
  process.stderr.write(
    `searchable after ${Math.round(waitedMs[PROBES / 2] ?? 0)} ms (median), ${Math.round(p99)} ms (p99)\n`,
  );
  // The aim is 1 s on a machine of its own; here other tests run beside it.
  expect(p99).toBeLessThan(2_000);
});

test('a live tail goes on where it stopped', async () => {
  const read = async (lastEventId: string | null, until: number): Promise<{ ids: string[]; messages: string[] }> => {
    const over = new AbortController();
    const answer = await server.request('/api/v1/tail?query=tailed', {
      signal: over.signal,
      headers: lastEventId === null ? {} : { 'last-event-id': lastEventId },
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const ids: string[] = [];
    const messages: string[] = [];
    if (lastEventId === null)
      await server.send(['{"message":"tailed 1"}', '{"message":"other"}', '{"message":"tailed 2"}']);
    let text = '';
    try {
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk).toString();
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          const id = /^id: (\d+)$/m.exec(block)?.[1];
          if (id !== undefined) ids.push(id);
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined)
            messages.push(...(JSON.parse(data) as { rows: { message: string }[] }).rows.map((row) => row.message));
        }
        if (messages.length >= until) over.abort();
      }
    } catch (error) {
      if (!over.signal.aborted) throw error;
    }
    return { ids, messages };
  };
  const first = await read(null, 2);
  expect(first.messages).toEqual(['tailed 1', 'tailed 2']);
  await server.send(['{"message":"tailed 3"}']);
  const second = await read(first.ids[first.ids.length - 1] ?? null, 1);
  expect(second.messages).toEqual(['tailed 3']);
});
