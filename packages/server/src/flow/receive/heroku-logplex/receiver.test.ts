import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { herokuEventLine } from './line.ts';

const message = (text: string): Buffer =>
  Buffer.from(`<190>1 2026-11-21T08:00:00.123456+00:00 host app web.1 - ${text}`);
const frame = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);

describeReceiver({
  name: 'heroku-logplex',
  path: '/heroku/logplex',
  contentType: 'application/logplex-1',
  body: (lines) => Buffer.concat(lines.map((line) => frame(message(line)))),
  eventLine: (line) => herokuEventLine(message(line), 0) ?? '',
  isLines: false,
  acceptedStatus: 204,
  diskFullStatus: 507,
  errorShape: /^[^{]+\n$/,
});

/** The request of Heroku's documentation ("HTTPS drains"). */
const DOCUMENTED = `83 <40>1 2012-11-30T06:45:29+00:00 host app web.3 - State changed from starting to up
119 <40>1 2012-11-30T06:45:26+00:00 host app web.3 - Starting process with command \`bundle exec rackup config.ru -p 24405\``;

describe('the Heroku receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under?.stop());

  it('takes the documented request once, however often Logplex sends it', async () => {
    under = await ReceiversUnderTest.start();
    const headers = {
      'content-type': 'application/logplex-1',
      'logplex-msg-count': '2',
      'logplex-frame-id': '09C557EAFCFB6CF2740EE62F62971098',
      'logplex-drain-token': 'd.fc6b856b-3332-4546-93de-7d0ee272c3bd',
      authorization: `Basic ${Buffer.from(`moalog:${INGEST_KEY}`).toString('base64')}`,
    };
    for (let attempt = 0; attempt < 2; attempt++) {
      const response = await fetch(`${under.url}/heroku/logplex?service=shop`, {
        method: 'POST',
        body: DOCUMENTED,
        headers,
      });
      expect(response.status).toBe(204);
    }
    const stored = await under.stored();
    expect(stored).toHaveLength(1);
    expect(stored[0]?.header.defaults).toEqual({
      service: 'shop',
      attributes: { 'heroku.drain': headers['logplex-drain-token'] },
    });
    expect(stored[0]?.lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        timestamp: '2012-11-30T06:45:29+00:00',
        'heroku.source': 'app',
        'heroku.dyno': 'web.3',
        message: 'State changed from starting to up',
      },
      { message: 'Starting process with command `bundle exec rackup config.ru -p 24405`' },
    ]);
  });

  it.each([
    ['ERROR card refused', { level: 'ERROR', message: 'ERROR card refused' }],
    ['{"level":"warn","msg":"slow"}', { level: 'warn', msg: 'slow' }],
    ['at=info method=GET path="/"', { level: 'info' }],
  ])('believes %s more than the priority', (text, fields) => {
    expect(JSON.parse(herokuEventLine(message(text), 0) ?? '')).toMatchObject(fields);
  });

  it('takes any bytes', async () => {
    under = await ReceiversUnderTest.start();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.nat(DOCUMENTED.length), async (bytes, at) => {
        const mutated = Buffer.concat([Buffer.from(DOCUMENTED.slice(0, at)), bytes]);
        expect((await under.post('/heroku/logplex', mutated)).status).toBe(204);
      }),
      { numRuns: 50 },
    );
  });
});
