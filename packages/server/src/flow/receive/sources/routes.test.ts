import { sourcesResponseSchema } from '@moalog/contract';
import { afterEach, expect, test } from 'vitest';
import { INGEST_KEY, READ_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

let under: ReceiversUnderTest;
afterEach(() => under.stop());

async function source(id: string, project: string, key = READ_KEY) {
  const answer = await fetch(`${under.url}/api/v1/sources?project=${project}`, { headers: { authorization: `Bearer ${key}` } }); // biome-ignore format: one call
  expect(answer.status).toBe(200);
  return sourcesResponseSchema.parse(await answer.json()).sources.find((one) => one.id === id);
}

test('receivers tell what they accepted and refused, by project, and an ingest key is not told', async () => {
  under = await ReceiversUnderTest.start();
  expect(await source('json-lines', 'shop')).toMatchObject({
    path: '/api/v1/ingest',
    port: null,
    enabled: true,
    state: 'waiting',
  });
  await under.post('/api/v1/ingest', '{"a":1}\n{"a":2}\n', { 'x-moalog-project': 'shop' });
  expect(await source('json-lines', 'shop')).toMatchObject({
    state: 'receiving',
    events: 2,
    bytes: 16,
    eventsPerMinute: 2,
  });
  expect(await source('json-lines', 'default')).toMatchObject({ state: 'waiting', events: 0 });
  await under.post('/api/v1/ingest', 'no gzip', { 'x-moalog-project': 'shop', 'content-encoding': 'gzip' });
  expect(await source('json-lines', 'shop')).toMatchObject({
    state: 'receiving',
    lastError: { reason: 'invalid_body', message: expect.stringContaining('gzip') },
  });
  await under.post('/elasticsearch/_bulk', '{"delete":{"_index":"a","_id":"1"}}\n');
  expect(await source('elasticsearch-bulk', 'default')).toMatchObject({
    events: 0,
    state: 'failing',
    lastError: { reason: 'unsupported_action', message: expect.stringContaining('delete is not offered') },
  });
  const refused = await fetch(`${under.url}/api/v1/sources`, { headers: { authorization: `Bearer ${INGEST_KEY}` } });
  expect(refused.status).toBe(403);
});
