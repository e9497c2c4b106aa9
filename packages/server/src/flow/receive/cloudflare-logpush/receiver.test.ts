import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { cloudflareEventLine } from './entry.ts';

const entry = (line: string): string => JSON.stringify({ EdgeStartTimestamp: 1763712000123456789n.toString(), line });

describeReceiver({
  name: 'cloudflare-logpush',
  path: '/cloudflare/logpush',
  contentType: 'application/x-ndjson',
  body: (lines) => lines.map((line) => `${entry(line)}\n`).join(''),
  eventLine: (line) => cloudflareEventLine(entry(line)) ?? '',
  isLines: false,
  acceptedStatus: 200,
  diskFullStatus: 507,
  errorShape: /^\{"error":\{"code":"\w+","message":"[^"]/,
});

const read = (text: string): unknown => JSON.parse(cloudflareEventLine(text) ?? 'null');

describe('a line of Logpush', () => {
  it('of a request says what was asked', () => {
    const line =
      '{"EdgeStartTimestamp":1763712000123456789,"ClientRequestHost":"shop.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/pay","EdgeResponseStatus":502,"RayID":"3a6050bcbe121a87"}';
    expect(read(line)).toEqual({
      timestamp: '1763712000123456789',
      host: 'shop.example.com',
      message: 'GET shop.example.com/pay 502',
      ClientRequestHost: 'shop.example.com',
      ClientRequestMethod: 'GET',
      ClientRequestURI: '/pay',
      EdgeResponseStatus: 502,
      RayID: '3a6050bcbe121a87',
    });
  });

  it('of a worker says what became of it', () => {
    const line =
      '{"EventTimestampMs":1763712000123,"ScriptName":"pay","Outcome":"exception","Exceptions":[{"Name":"Error","Message":"card refused"}]}';
    expect(read(line)).toMatchObject({
      timestamp: 1763712000123,
      service: 'pay',
      level: 'error',
      message: 'pay exception card refused',
    });
  });

  it('gives one line for whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        expect(
          read(
            JSON.stringify({
              EdgeStartTimestamp: value,
              ClientRequestMethod: other,
              ScriptName: value,
              Exceptions: other,
            }),
          ),
        ).toBeTypeOf('object');
        cloudflareEventLine(JSON.stringify(value));
      }),
    );
  });
});

describe('the Cloudflare receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under?.stop());

  it('answers 200 to the file with which Cloudflare tries the address, and stores nothing of it', async () => {
    under = await ReceiversUnderTest.start();
    const response = await under.post('/cloudflare/logpush', gzipSync('{"content":"tests"}'), {
      'content-encoding': 'gzip',
    });
    expect(response.status).toBe(200);
    expect(await under.lines()).toEqual([]);
    const other = await fetch(`${under.url}/cloudflare/logpush?key=${INGEST_KEY}`, {
      method: 'POST',
      body: '{"a":1}\ntext',
    });
    expect(other.status).toBe(200);
    expect(await under.lines()).toEqual(['{"a":1}', 'text']);
  });
});
