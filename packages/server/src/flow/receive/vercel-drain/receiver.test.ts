import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { vercelEventLine } from './entry.ts';

const entry = (message: string): string => JSON.stringify({ source: 'lambda', projectName: 'shop', message });

describeReceiver({
  name: 'vercel-drain',
  path: '/vercel/drain',
  contentType: 'application/json',
  body: (lines) => `[${lines.map(entry).join(',')}]`,
  eventLine: (line) => vercelEventLine(entry(line)),
  isLines: false,
  acceptedStatus: 200,
  diskFullStatus: 507,
  errorShape: /^\{"error":\{"code":"\w+","message":"[^"]/,
});

const read = (given: unknown): unknown => JSON.parse(vercelEventLine(JSON.stringify(given)));

describe('an entry of a Vercel drain', () => {
  it('has its fields, the project as service, and the request when nothing was logged', () => {
    const given = {
      id: '1573817187330377061717300000',
      deploymentId: 'dpl_1',
      source: 'lambda',
      host: 'shop.vercel.app',
      timestamp: 1573817187330,
      projectId: 'gdufoJxB6b9b1fEqr1jUtFkyavUU',
      projectName: 'shop',
      level: 'error',
      environment: 'production',
      message: 'card refused',
      traceId: '1b02cd14bb8642fd092bc23f54c7ffcd',
      proxy: { method: 'GET', host: 'shop.example.com', path: '/pay?x=1', statusCode: 502 },
    };
    expect(read(given)).toMatchObject({
      timestamp: 1573817187330,
      level: 'error',
      service: 'shop',
      'vercel.source': 'lambda',
      message: 'card refused',
      host: 'shop.vercel.app',
      environment: 'production',
      traceId: '1b02cd14bb8642fd092bc23f54c7ffcd',
      'proxy.statusCode': 502,
    });
    expect(read({ ...given, message: undefined, level: undefined, type: 'stderr' })).toMatchObject({
      message: 'GET shop.example.com/pay?x=1 502',
      level: 'error',
    });
  });

  it('gives one line for whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (message, proxy) => {
        expect(read({ message, proxy, timestamp: proxy, level: message })).toBeTypeOf('object');
      }),
    );
  });
});

describe('the Vercel receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under?.stop());

  it('asks for the signature of the drain when its secret is configured', async () => {
    under = await ReceiversUnderTest.start({ config: { vercelSecret: 'old,new' } });
    const body = entry('a');
    const send = async (signature: string) =>
      (await under.post('/vercel/drain', body, { 'x-vercel-signature': signature })).status;
    const sign = (secret: string) => createHmac('sha1', secret).update(body).digest('hex');
    expect([await send(sign('new')), await send(sign('old')), await send(sign('other')), await send('')]).toEqual([
      200, 200, 403, 403,
    ]);
    expect(await under.lines()).toHaveLength(2);
  });

  it('takes lines and arrays, and gives back the value that Vercel asks for', async () => {
    under = await ReceiversUnderTest.start();
    const post = (query: string, body: string) =>
      fetch(`${under.url}/vercel/drain?key=${INGEST_KEY}${query}`, { method: 'POST', body });
    const response = await post('&verify=8c05d3c6', `${entry('a')}\n${entry('b')}\n`);
    expect([response.status, response.headers.get('x-vercel-verify')]).toEqual([200, '8c05d3c6']);
    expect((await post('&verify=%0d%0aset-cookie', '[]')).headers.get('x-vercel-verify')).toBeNull();
    expect(await under.lines()).toHaveLength(2);
  });
});
