import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

describeReceiver({
  name: 'splunk-hec',
  path: '/services/collector/raw',
  contentType: 'application/octet-stream',
  body: (lines) => lines.map((line) => `${line}\n`).join(''),
  acceptedStatus: 200,
  diskFullStatus: 503,
  backPressureStatus: 503,
  errorShape: /^\{"text":"[A-Z][\w -]+","code":\d+,"detail":"/,
});

describe('the Splunk receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
    const response = await under.post(`/services/collector${path}`, body, headers);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('takes several objects in one body, however they follow each other, and what is broken as text', async () => {
    under = await ReceiversUnderTest.start();
    for (const path of ['', '/event', '/event/1.0'])
      expect(await post(path, '{"event":"a"}{"event":"b","time":1}\n\n{"event":{"message":"c"}}')).toEqual({
        status: 200,
        body: { text: 'Success', code: 0 },
      });
    expect(await under.lines()).toHaveLength(9);
    await post('/event', '[{"event":"a"},{"event":"b"}]');
    await post('/event', '{"event":"a"}\n{"event":"torn\n{"event":"b"}');
    expect(await under.lines()).toEqual([
      '{"message":"a"}',
      '{"message":"b"}',
      '{"message":"a"}',
      '{"event":"torn',
      '{"message":"b"}',
    ]);
  });

  it("answers in Splunk's codes", async () => {
    under = await ReceiversUnderTest.start();
    expect(await post('/event', '')).toMatchObject({ status: 400, body: { text: 'No data', code: 5 } });
    expect(await post('/event', '{"event":"x"}', { authorization: 'Splunk wrong' })).toMatchObject({
      status: 403,
      body: { text: 'Invalid token', code: 4 },
    });
    const none = await fetch(`${under.url}/services/collector`, { method: 'POST', body: '{"event":"x"}' });
    expect([none.status, await none.json()]).toMatchObject([401, { text: 'Token is required', code: 2 }]);
    expect(await under.lines()).toEqual([]);
  });

  it('takes the key from the query of senders that can set nothing else', async () => {
    under = await ReceiversUnderTest.start();
    const response = await fetch(`${under.url}/services/collector?token=${INGEST_KEY}`, { method: 'POST', body: '{"event":"x"}' }); // biome-ignore format: one call
    expect(response.status).toBe(200);
    expect(await under.lines()).toEqual(['{"message":"x"}']);
  });

  it('acknowledges by id what is durable', async () => {
    under = await ReceiversUnderTest.start();
    const channel = { 'x-splunk-request-channel': '0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba' };
    expect((await post('/event', '{"event":"x"}', channel)).body).toEqual({ text: 'Success', code: 0, ackId: 0 });
    expect((await post('/raw?channel=c', 'x')).body).toEqual({ text: 'Success', code: 0, ackId: 1 });
    expect(await post('/ack?channel=c', '{"acks":[0,1]}')).toEqual({
      status: 200,
      body: { acks: { '0': true, '1': true } },
    });
    expect(await post('/ack', '{"acks":[0]}')).toMatchObject({
      status: 400,
      body: { detail: 'Data channel is missing' },
    });
    expect((await post('/ack?channel=c', '{"acks":"all"}')).status).toBe(400);
    expect((await post('/ack?channel=c', '{"acks":[0]}', { authorization: 'Splunk wrong' })).status).toBe(403);
  });

  it('puts what the query says about raw lines to all of them', async () => {
    under = await ReceiversUnderTest.start();
    await post('/raw?source=/var/log/app.log&sourcetype=nginx&index=web&host=web-1', '200 GET /\n500 GET /pay\n');
    expect(await under.stored()).toMatchObject([
      {
        header: {
          source: 'splunk-hec',
          defaults: {
            host: 'web-1',
            attributes: { 'splunk.source': '/var/log/app.log', 'splunk.sourcetype': 'nginx', 'splunk.index': 'web' },
          },
        },
        lines: ['200 GET /', '500 GET /pay'],
      },
    ]);
  });

  it('answers Docker, which asks before the container starts', async () => {
    under = await ReceiversUnderTest.start();
    const response = await fetch(`${under.url}/services/collector/event/1.0`, { method: 'OPTIONS' });
    expect(response.status).toBe(200);
  });

  it('is healthy for anyone until it would refuse events', async () => {
    under = await ReceiversUnderTest.start({ spoolMaxBytes: 400 });
    const health = async () => {
      const response = await fetch(`${under.url}/services/collector/health/1.0`);
      return [response.status, await response.json()];
    };
    expect(await health()).toEqual([200, { text: 'HEC is healthy', code: 17 }]);
    await post('/raw', 'x'.repeat(500));
    expect(await health()).toEqual([503, { text: 'HEC is unhealthy, queues are full', code: 18 }]);
    expect(await post('/raw', 'x')).toMatchObject({ status: 503, body: { text: 'Server is busy', code: 9 } });
  });
});
