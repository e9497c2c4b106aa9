import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedEvent, Rig } from '../load/rig.ts';
import { readDefinition } from './definition.ts';
import { pipelineOf } from './pipeline.ts';
import { PipelineError } from './pipeline-error.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

/** Lines through processors, as they are in the store. */
async function through(processors: readonly unknown[], lines: readonly string[]): Promise<LoadedEvent[]> {
  rig.usePipelines(new Map([['default', pipelineOf('1', readDefinition({ processors }))]]));
  const events = await rig.loadLines(lines);
  return events.map((event) => {
    const { 'moalog.pipeline': version, ...attributes } = event.attributes;
    expect(version).toBe('1');
    return { ...event, attributes };
  });
}

async function one(processors: readonly unknown[], line: string | object): Promise<LoadedEvent> {
  const [event] = await through(processors, [typeof line === 'string' ? line : JSON.stringify(line)]);
  if (event === undefined) throw new Error('the event was dropped');
  return event;
}
const errorsOf = (event: LoadedEvent): unknown => JSON.parse(event.attributes['moalog.errors'] ?? '[]');

describe('parsing', () => {
  it('regex: named groups become fields, dotted names and columns too', async () => {
    const pattern = String.raw`^(?<timestamp>\S+) (?P<level>\w+) \((?<http.status>\d+)(?:, (?<rest>.*))?\)`;
    expect(await one([{ type: 'regex', pattern }], '2026-01-02T03:04:05Z WARN (404)')).toMatchObject({
      timestamp: '2026-01-02 03:04:05.000000000',
      level: 'warn',
      message: '2026-01-02T03:04:05Z WARN (404)',
      attributes: { 'http.status': '404' },
    });
  });

  it('grok', async () => {
    const event = await one(
      [
        {
          type: 'grok',
          pattern: [
            '%{NOPE}',
            '%{TIMESTAMP_ISO8601:timestamp} %{LOGLEVEL:level} \\[%{DATA:thread}\\] %{JAVACLASS:[code][class]:int} - %{GREEDYDATA:message}',
          ],
          patterns: { NOPE: 'nope' },
        },
      ],
      '2015-10-18 18:01:47,978 INFO [main] org.apache.App - Created',
    );
    expect(event).toMatchObject({
      timestamp: '2015-10-18 18:01:47.978000000',
      level: 'info',
      message: 'Created',
      attributes: { thread: 'main', 'code.class': 'org.apache.App' },
    });
    expect(errorsOf(event)).toEqual([]);
  });

  it('json inside of a text', async () => {
    const event = await one(
      [{ type: 'json' }],
      'prefix {"level":"error","msg":"inner","a":{"b":1},"time":"2026-01-02T03:04:05Z"}',
    );
    expect(event).toMatchObject({
      level: 'error',
      message: 'inner',
      timestamp: '2026-01-02 03:04:05.000000000',
      attributes: { 'a.b': '1' },
    });
  });

  it('json in a field, below a target', async () => {
    const event = await one([{ type: 'json', field: 'payload', target: 'p', remove: true }], {
      message: 'm',
      payload: '{"x":1,"level":"error"}',
    });
    expect(event).toMatchObject({ level: '', message: 'm', attributes: { 'p.x': '1', 'p.level': 'error' } });
    expect(event.attributes).not.toHaveProperty('payload');
  });

  it('key_value', async () => {
    const event = await one(
      [{ type: 'key_value' }],
      'ts=2026-01-02T03:04:05Z level=warn msg="slow \\"query\\"" took=5ms',
    );
    expect(event).toMatchObject({
      level: 'warn',
      message: 'slow "query"',
      timestamp: '2026-01-02 03:04:05.000000000',
      attributes: { took: '5ms' },
    });
  });

  it('key_value: of a key that is there twice the last counts', async () => {
    const event = await one([{ type: 'key_value' }, { type: 'copy', fields: { a: 'b' } }], 'a=1 c=2 a=3');
    expect(event.attributes).toEqual({ a: '3', b: '3', c: '2' });
  });

  it('dissect', async () => {
    const event = await one(
      [{ type: 'dissect', tokenizer: '%{client->} - [%{+when/2} %{+when/1}] %{?skip}|%{*k}=%{&k}|%{rest}' }],
      '10.0.0.1   - [b a] x|key=val|the rest',
    );
    expect(event.attributes).toEqual({ client: '10.0.0.1', when: 'a b', key: 'val', rest: 'the rest' });
  });

  it('csv', async () => {
    const event = await one([{ type: 'csv', columns: ['a', '', 'b', 'c'] }], '1,skip,"x ""y"", z",');
    expect(event.attributes).toEqual({ a: '1', b: 'x "y", z' });
  });
});

describe('access logs', () => {
  const KONG = `'$remote_addr [$time_local] "$request" $status $request_time $upstream_response_time "$host" "$http_user_agent"'`;
  const line =
    '10.1.2.3 [10/Dec/2025:10:23:10 +0900] "GET /api/v1/foo?x=1 HTTP/1.1" 200 0.123 0.120 "shop-api.example.com" "curl/8.0"';

  it.each([
    ['alone', KONG.slice(1, -1)],
    ['in its quotes', KONG],
    ['as the directive', `log_format kong escape=default ${KONG.replace('$status', "$status '\n  '")};`],
  ])('reads a line of Kong by its log_format, %s', async (_, format) => {
    const event = await one([{ type: 'access_log', format }], line);
    expect(event).toMatchObject({ timestamp: '2025-12-10 01:23:10.000000000', message: line, level: '' });
    expect(event.attributes).toEqual({
      'client.address': '10.1.2.3',
      'http.request.method': 'GET',
      'url.path': '/api/v1/foo',
      'url.query': 'x=1',
      'network.protocol.version': '1.1',
      'http.response.status_code': '200',
      'http.server.request.duration': '0.123',
      'upstream.response.duration': '0.120',
      'server.address': 'shop-api.example.com',
      'user_agent.original': 'curl/8.0',
    });
  });

  it('adds the times of all upstreams that were asked, and leaves out what is a dash', async () => {
    const events = await through(
      [{ type: 'access_log', format: '$remote_addr $upstream_response_time $request_time "$http_referer"' }],
      ['1.1.1.1 0.100, 0.250 : 0.050 0.5 "-"', '1.1.1.1 - 0.5 "a \\" b"'],
    );
    expect(events.map((event) => event.attributes)).toEqual([
      { 'client.address': '1.1.1.1', 'upstream.response.duration': '0.4', 'http.server.request.duration': '0.5' },
      { 'client.address': '1.1.1.1', 'http.server.request.duration': '0.5', 'http.request.header.referer': 'a \\" b' },
    ]);
  });

  it.each<[name: string, format: string, line: string, timestamp: string, attributes: Record<string, string>]>([
    [
      'combined',
      'combined',
      '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"',
      '2000-10-10 20:55:36.000000000',
      {
        'client.address': '127.0.0.1',
        'user.name': 'frank',
        'url.path': '/apache_pb.gif',
        'http.response.body.size': '2326',
        'user_agent.original': 'Mozilla/4.08 [en] (Win98; I ;Nav)',
      },
    ],
    [
      'Apache LogFormat',
      'LogFormat "%h %l %u %t \\"%r\\" %>s %b %D %{X-Request-Id}o" timed',
      '2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] "POST / HTTP/2.0" 404 - 1500 abc',
      '2000-10-10 20:55:36.000000000',
      {
        'client.address': '2001:db8::1',
        'http.request.method': 'POST',
        'http.server.request.duration': '0.0015',
        'http.response.header.x-request-id': 'abc',
      },
    ],
    [
      'ALB',
      'alb',
      'https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_123456',
      '2018-07-02 22:23:00.186641000',
      {
        'client.address': '192.168.131.39',
        'client.port': '2817',
        'http.request.method': 'GET',
        'upstream.response.duration': '0.048',
        'tls.protocol.version': 'TLSv1.2',
        'aws.alb.trace_id': 'Root=1-58337281-1d84f3d73c47ec4e58577259',
      },
    ],
    [
      'CloudFront',
      'cloudfront',
      '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0%20(Windows%20NT%2010.0)\t-\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\td111111abcdef8.cloudfront.net\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\tHit\ttext/html\t78\t-\t-',
      '2019-12-04 21:02:31.000000000',
      {
        'client.address': '192.0.2.100',
        'http.server.request.duration': '0.001',
        'network.protocol.version': '2.0',
        'url.path': '/index.html',
      },
    ],
    [
      'HAProxy',
      'haproxy',
      'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"',
      '2009-02-06 12:14:14.655000000',
      {
        'client.address': '10.0.1.2',
        'haproxy.backend': 'static',
        'http.server.request.duration': '0.109',
        'http.request.method': 'GET',
      },
    ],
    [
      'Envoy',
      'envoy',
      '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"',
      '2016-04-15 20:17:00.310000000',
      {
        'http.request.method': 'POST',
        'url.path': '/api/v1/locations',
        'http.server.request.duration': '0.226',
        'upstream.response.duration': '0.1',
        'network.protocol.version': '2',
      },
    ],
    [
      'IIS',
      '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
      '2012-08-12 22:20:47 10.2.3.4 GET /default.htm a=b 80 - 192.0.2.7 Mozilla/4.0+(compatible) - 200 0 0 46',
      '2012-08-12 22:20:47.000000000',
      {
        'client.address': '192.0.2.7',
        'url.path': '/default.htm',
        'url.query': 'a=b',
        'http.server.request.duration': '0.046',
      },
    ],
  ])('%s', async (_, format, line, timestamp, attributes) => {
    const event = await one([{ type: 'access_log', format }], line);
    expect(errorsOf(event)).toEqual([]);
    expect(event).toMatchObject({ timestamp, message: line, attributes });
  });

  it('keeps a request that is none, and a line that is in another format with its reason', async () => {
    const [garbage, other] = await through(
      [{ type: 'access_log', format: 'common' }],
      ['1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "\\x16\\x03" 400 226', 'ERROR something else'],
    );
    expect(garbage?.attributes).toMatchObject({
      'http.request.line': '\\x16\\x03',
      'http.response.status_code': '400',
    });
    expect(other).toMatchObject({ message: 'ERROR something else', level: 'error' });
    expect(other && errorsOf(other)).toEqual([{ processor: '1 access_log', reason: 'the line is not in this format' }]);
  });
});

describe('times and levels', () => {
  it.each<[format: string, zone: string, text: string, at: string]>([
    ['yyyy-MM-dd HH:mm:ss,SSS', 'Asia/Seoul', '2025-12-10 10:23:10,123', '2025-12-10 01:23:10.123000000'],
    ['dd/MMM/yyyy:HH:mm:ss Z', 'UTC', '10/Dec/2025:10:23:10 +0900', '2025-12-10 01:23:10.000000000'],
    ["d MMMM yyyy 'at' h:mm:ss a", 'UTC', '3 March 2025 at 1:02:03 PM', '2025-03-03 13:02:03.000000000'],
    ['yy/MM/dd HH:mm:ss', 'UTC', '17/06/09 20:10:40', '2017-06-09 20:10:40.000000000'],
    ['yyMMdd HHmmss', 'UTC', '081109 203615', '2008-11-09 20:36:15.000000000'],
    ['%Y%m%dT%H%M%S.%f %Z', 'UTC', '20251210T102310.5 KST', '2025-12-10 01:23:10.500000000'],
    ['%d.%m.%Y %T', 'Europe/Berlin', '10.07.2025 10:23:10', '2025-07-10 08:23:10.000000000'],
    ['UNIX', 'UTC', '1765329790.5', '2025-12-10 01:23:10.500000000'],
    ['UNIX_MS', 'UTC', '1765329790123', '2025-12-10 01:23:10.123000000'],
    ['ISO8601', 'Asia/Seoul', '2025-12-10T10:23:10', '2025-12-10 01:23:10.000000000'],
    ['auto', 'Asia/Seoul', '10/Dec/2025:10:23:10', '2025-12-10 01:23:10.000000000'],
  ])('%s in %s reads %s', async (format, timezone, text, at) => {
    const event = await one([{ type: 'timestamp', field: 't', formats: ['yyyy', format], timezone, remove: true }], {
      t: text,
      message: 'm',
    });
    expect(event).toMatchObject({ timestamp: at, attributes: {} });
  });

  it('a time without a year lies within the last year', async () => {
    const event = await one([{ type: 'timestamp', field: 't', formats: ['MMM d HH:mm:ss'] }], {
      t: 'Jun 14 15:16:01',
      message: 'm',
    });
    expect(event.timestamp).toMatch(/^20\d\d-06-14 15:16:01/);
  });

  it('what is no time is named and the text kept', async () => {
    const event = await one([{ type: 'timestamp', field: 't', formats: ['yyyy-MM-dd'] }], {
      t: 'yesterday',
      message: 'm',
    });
    expect(event.attributes.t).toBe('yesterday');
    expect(errorsOf(event)).toEqual([{ processor: '1 timestamp', reason: 'the time is in none of the formats' }]);
  });

  it('words of one’s own become levels', async () => {
    const processors = [{ type: 'level', field: 's', map: { '5': 'error', quiet: 'debug' }, otherwise: 'info' }];
    const events = await through(
      processors,
      ['5', 'Quiet', 'WARNING', 'what'].map((s) => JSON.stringify({ s, message: 'm' })),
    );
    expect(events.map((event) => event.level)).toEqual(['error', 'debug', 'warn', 'info']);
  });
});

describe('changing fields', () => {
  it.each<[name: string, processors: unknown[], document: object, expected: object]>([
    [
      'set',
      [{ type: 'set', fields: { message: '{a}-{b.c}{{x}}', level: 'warn', n: 'plain' } }],
      { a: 1, b: { c: 2 } },
      { message: '1-2{x}', level: 'warn', attributes: { n: 'plain' } },
    ],
    [
      'set, only where missing',
      [{ type: 'set', fields: { a: 'x', b: 'y' }, only_missing: true }],
      { a: 1 },
      { attributes: { a: '1', b: 'y' } },
    ],
    [
      'rename, two change places',
      [{ type: 'rename', fields: { a: 'b', b: 'a' } }],
      { a: 1, b: 2 },
      { attributes: { a: '2', b: '1' } },
    ],
    [
      'copy to a column',
      [{ type: 'copy', fields: { a: 'service' } }],
      { a: 'pay' },
      { service: 'pay', attributes: { a: 'pay' } },
    ],
    [
      'remove, below a name too',
      [{ type: 'remove', fields: ['a', 'k8s.*'] }],
      { a: 1, k8s: { pod: 'p', ns: 'n' }, b: 1 },
      { attributes: { b: '1' } },
    ],
    [
      'convert',
      [
        { type: 'convert', field: 'a', to: 'integer' },
        { type: 'convert', field: 'b', to: 'seconds', target: 's' },
        { type: 'convert', field: 'c', to: 'bytes' },
        { type: 'convert', field: 'd', to: 'boolean' },
      ],
      { a: '0042', b: '1m30.5s', c: '10 KB', d: 'YES' },
      { attributes: { a: '42', b: '1m30.5s', s: '90.5', c: '10000', d: 'true' } },
    ],
    [
      'lower, upper, trim',
      [
        { type: 'lower', fields: ['a'] },
        { type: 'upper', fields: ['b'] },
        { type: 'trim', fields: ['c'] },
      ],
      { a: 'ÀB', b: 'straße', c: '  x ' },
      { attributes: { a: 'àb', b: 'STRASSE', c: 'x' } },
    ],
    [
      'replace',
      [{ type: 'replace', field: 'a', pattern: '(\\d)(\\d)', with: '<\\2\\1>\\' }],
      { a: 'x12' },
      { attributes: { a: 'x<21>\\' } },
    ],
    [
      'split',
      [
        { type: 'split', field: 'a', separator: ',', into: ['x', '', 'y'] },
        { type: 'split', field: 'b', separator: '::' },
      ],
      { a: '1,2,3,4', b: 'p::q' },
      { attributes: { x: '1', y: '3,4', b: '["p","q"]' } },
    ],
    [
      'hash',
      [{ type: 'hash', fields: ['a'], salt: 's', length: 8 }],
      { a: '1' },
      { attributes: { a: createHash('sha256').update('s1').digest('hex').slice(0, 8) } },
    ],
  ])('%s', async (_, processors, document, expected) => {
    const event = await one(processors, document);
    expect(errorsOf(event)).toEqual([]);
    expect(event).toMatchObject(expected);
  });

  it('a value that cannot be converted stays, and is named under the processor’s id', async () => {
    const event = await one([{ type: 'convert', field: 'a', to: 'integer', id: 'count' }], { a: 'many' });
    expect(event.attributes.a).toBe('many');
    expect(errorsOf(event)).toEqual([{ processor: 'count', reason: 'a is not a whole number' }]);
  });
});

describe('conditions', () => {
  it('if, else, when, drop and keep ask as a search does', async () => {
    const processors = [
      {
        if: 'level:error OR http.status:>=500',
        do: [{ type: 'set', fields: { kind: 'bad' } }],
        else: [{ type: 'set', fields: { kind: 'good' }, when: 'NOT timeout' }],
      },
      { type: 'drop', when: 'url:/^\\/health/' },
      { type: 'keep', where: 'service:shop AND kind:*' },
    ];
    const events = await through(
      processors,
      [
        { n: 1, service: 'shop', level: 'ERR', message: 'a' },
        { n: 2, service: 'shop', http: { status: 503 }, message: 'b' },
        { n: 3, service: 'shop', message: 'fine', url: '/x' },
        { n: 4, service: 'shop', message: 'fine', url: '/health/live' },
        { n: 5, service: 'shop', message: 'a Timeout here' },
        { n: 6, service: 'other', message: 'c' },
      ].map((document) => JSON.stringify(document)),
    );
    expect(events.map(({ attributes: { n, kind } }) => [n, kind])).toEqual([
      ['1', 'bad'],
      ['2', 'bad'],
      ['3', 'good'],
    ]);
  });

  it('what a processor before has read can be asked', async () => {
    const processors = [
      { type: 'grok', pattern: '%{WORD:verb} %{NUMBER:took}' },
      { if: 'took:>100 AND verb:GET', do: [{ type: 'set', fields: { slow: 'yes' } }] },
    ];
    const events = await through(processors, ['GET 250', 'GET 5', 'PUT 300']);
    expect(events.map((event) => event.attributes.slow)).toEqual(['yes', undefined, undefined]);
  });
});

describe('redact', () => {
  const SECRETS: readonly (readonly [kind: string, text: string])[] = [
    ['email', 'gildong.hong+a@mail.example.co.kr'],
    ['phone', '010-1234-5678'],
    ['phone', '02-123-4567'],
    ['phone', '+82 10 1234 5678'],
    ['resident_number', '900101-1234567'],
    ['resident_number', '9001011234568'],
    ['card', '4111 1111 1111 1111'],
    ['card', '378282246310005'],
    ['jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
    ['bearer', 'Bearer abcdefghijklmnop1234'],
    ['aws_key', 'AKIAIOSFODNN7EXAMPLE'],
    ['ip', '192.168.10.254'],
    ['ip', '2001:db8:0:0:1:2:3:4'],
  ];
  const kinds = [...new Set(SECRETS.map(([kind]) => kind))];

  it('masks each kind in the message and in all attributes, and touches nothing else', async () => {
    const events = await through(
      [{ type: 'redact', kinds }],
      SECRETS.map(([, secret]) =>
        JSON.stringify({ message: `고객(${secret})님 주문 1234`, deep: { field: secret }, host: 'web-1', n: 5 }),
      ),
    );
    expect(events.map(({ message, attributes }) => [message, attributes])).toEqual(
      SECRETS.map(([kind]) => [`고객([${kind}])님 주문 1234`, { 'deep.field': `[${kind}]`, n: '5' }]),
    );
  });

  it.each([
    'order 4111111111111112 is no card',
    '1234567890123 and 1712045678901 are no resident numbers',
    'version 1.2.3.400 at 10:20:30',
    'v2.10.1234 build 0101234',
    'a token of thanks',
    '2026-01-02T03:04:05.123456Z took 1234567 µs',
  ])('leaves %j alone', async (message) => {
    expect(await one([{ type: 'redact', kinds }], { message })).toMatchObject({ message });
  });

  it('keeps the last four, or a hash that is the same for the same', async () => {
    const line = { message: 'card 4111 1111 1111 1111 of a@b.example and a@b.example' };
    expect((await one([{ type: 'redact', action: 'last4' }], line)).message).toBe(
      'card ****1111 of ****mple and ****mple',
    );
    const hashed = (await one([{ type: 'redact', action: 'hash', salt: 'x' }], line)).message;
    expect(hashed).toMatch(/^card \[card:[0-9a-f]{12}\] of (\[email:[0-9a-f]{12}\]) and \1$/);
  });

  it('takes out what one’s own expressions find, in chosen fields', async () => {
    const processors = [
      { type: 'redact', kinds: ['email'], patterns: { order: '(?i)ord-[0-9]+' }, fields: ['message'] },
    ];
    const event = await one(processors, { message: 'ORD-12 a@b.example', other: 'ord-12' });
    expect(event).toMatchObject({ message: '[order] [email]', attributes: { other: 'ord-12' } });
  });

  it('a field that a processor before has read is clean, too', async () => {
    const event = await one([{ type: 'key_value' }, { type: 'redact' }], 'user=a@b.example msg="to a@b.example"');
    expect(event).toMatchObject({ message: 'to [email]', attributes: { user: '[email]' } });
  });
});

describe('reading parts', () => {
  it.each<[name: string, processors: unknown[], document: object, expected: object]>([
    [
      'url',
      [{ type: 'url' }],
      { url: 'https://u:p@shop.example.com:8443/a/b?x=1#top' },
      {
        'url.scheme': 'https',
        'url.domain': 'shop.example.com',
        'url.port': '8443',
        'url.path': '/a/b',
        'url.query': 'x=1',
        'url.fragment': 'top',
      },
    ],
    ['url without a host', [{ type: 'url' }], { url: '/a?b=c' }, { 'url.path': '/a', 'url.query': 'b=c' }],
    [
      'query_string',
      [{ type: 'query_string', field: 'q' }],
      { q: '?a=1&name=%ED%99%8D+%EA%B8%B8&a=2&empty=&flag&e=x=y' },
      { 'url.query.a': '2', 'url.query.name': '홍 길', 'url.query.e': 'x=y' },
    ],
    [
      'user_agent',
      [{ type: 'user_agent', field: 'ua' }],
      {
        ua: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      },
      {
        'user_agent.name': 'Safari',
        'user_agent.version': '17.5',
        'user_agent.os.name': 'iOS',
        'user_agent.os.version': '17.5',
        'user_agent.device': 'phone',
      },
    ],
    [
      'user_agent of a bot',
      [{ type: 'user_agent', field: 'ua' }],
      { ua: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      { 'user_agent.bot': 'Googlebot', 'user_agent.device': 'bot' },
    ],
    [
      'user_agent of a browser on Windows',
      [{ type: 'user_agent', field: 'ua' }],
      {
        ua: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87',
      },
      { 'user_agent.name': 'Edge', 'user_agent.os.name': 'Windows', 'user_agent.device': 'desktop' },
    ],
    [
      'user_agent of a program',
      [{ type: 'user_agent', field: 'ua' }],
      { ua: 'curl/8.0.1' },
      { 'user_agent.name': 'curl', 'user_agent.version': '8.0.1', 'user_agent.device': 'program' },
    ],
    [
      'calculate',
      [
        {
          type: 'calculate',
          fields: { s: 'ms / 1000', sum: 'round((a + b) * -2, 1)', m: 'max(a, b) % 3', odd: '`a-b` + 1' },
        },
      ],
      { ms: 1500, a: 1.25, b: 4, 'a-b': 1 },
      { s: '1.5', sum: '-10.5', m: '1', odd: '2' },
    ],
    [
      'lookup',
      [
        {
          type: 'lookup',
          field: 'code',
          ignore_case: true,
          csv: 'code,city,"own name"\nicn,인천,"a ""b"", c"\npus,부산,x',
        },
      ],
      { code: 'ICN' },
      { city: '인천', 'own name': 'a "b", c' },
    ],
  ])('%s', async (_, processors, document, expected) => {
    const event = await one(processors, document);
    expect(errorsOf(event)).toEqual([]);
    expect(event.attributes).toMatchObject(expected);
  });

  it('lookup by network takes the narrowest that holds the address', async () => {
    const csv = 'network,site\n10.0.0.0/8,company\n10.1.0.0/16,서울\n10.1.2.3,one host\n2001:db8::/32,lab';
    const processors = [{ type: 'lookup', field: 'ip', match: 'network', csv }];
    const addresses = ['10.9.9.9', '10.1.9.9', '10.1.2.3', '2001:db8::5', '192.0.2.1', 'no address'];
    const events = await through(
      processors,
      addresses.map((ip) => JSON.stringify({ ip, message: 'm' })),
    );
    expect(events.map((event) => event.attributes.site)).toEqual([
      'company',
      '서울',
      'one host',
      'lab',
      undefined,
      undefined,
    ]);
  });

  it('says what cannot be calculated or is not in the table', async () => {
    const processors = [
      { type: 'calculate', fields: { x: 'a * 2', y: 'b / 0', z: 'missing + 1' } },
      { type: 'lookup', field: 'a', csv: 'a,b\n1,2', required: true },
    ];
    const event = await one(processors, { a: 'many', b: 1 });
    expect(errorsOf(event)).toEqual([
      { processor: '1 calculate', reason: 'x cannot be calculated: a field is no number' },
      { processor: '1 calculate', reason: 'y cannot be calculated: a field is no number' },
      { processor: '2 lookup', reason: 'a is not in the table' },
    ]);
  });

  it.each<[language: string, trace: string, type: string, message: string, frames: number]>([
    [
      'java',
      'order failed\njava.lang.IllegalStateException: no stock\n\tat shop.Order.place(Order.java:42)\n\tat shop.Main.main(Main.java:7)\nCaused by: java.io.IOException: x\n\t... 2 more',
      'java.lang.IllegalStateException',
      'no stock',
      2,
    ],
    [
      'python',
      'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    f()\n  File "a.py", line 2, in f\n    raise ValueError("bad")\nValueError: bad',
      'ValueError',
      'bad',
      2,
    ],
    [
      'nodejs',
      "TypeError: Cannot read properties of undefined (reading 'x')\n    at f (/app/a.js:1:2)\n    at Object.<anonymous> (/app/b.js:3:4)",
      'TypeError',
      "Cannot read properties of undefined (reading 'x')",
      2,
    ],
    [
      'go',
      'panic: runtime error: index out of range [5]\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:8 +0x1d',
      'panic',
      'runtime error: index out of range [5]',
      1,
    ],
  ])('stack_trace of %s', async (language, trace, type, message, frames) => {
    const event = await one([{ type: 'stack_trace', fold: true }], { message: trace });
    expect(event.attributes).toMatchObject({
      'exception.type': type,
      'exception.message': message,
      'exception.language': language,
      'exception.stacktrace': trace,
    });
    expect(JSON.parse(event.attributes['exception.frames'] ?? '')).toHaveLength(frames);
    expect(event.message).toBe(trace.split('\n')[0]);
  });

  it('sample keeps a share, and all or nothing of a value', async () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => JSON.stringify({ trace: `t${i % 200}`, n: i }));
    expect((await through([{ type: 'sample', rate: 0.25 }], lines)).length / 2_000).toBeCloseTo(0.25, 1);
    const kept = Map.groupBy(
      await through([{ type: 'sample', rate: 0.5, by: 'trace' }], lines),
      (event) => event.attributes.trace,
    );
    expect([...kept.values()].every((events) => events.length === 10)).toBe(true);
    expect(kept.size).toBeGreaterThan(60);
    expect(kept.size).toBeLessThan(140);
  });
});

describe('a pipeline that cannot be', () => {
  it.each<[processors: unknown[], path: string, message: RegExp]>([
    [[{ type: 'groc' }], 'processors.0.type', /did you mean grok/],
    [[{ type: 'grok', pattern: '%{WROD:x}' }], 'processors.0.pattern', /no pattern WROD; did you mean WORD/],
    [
      [{ type: 'grok', pattern: '%{A:x}', patterns: { A: '%{B}', B: '%{A}' } }],
      'processors.0.pattern',
      /made of itself/,
    ],
    [[{ type: 'regex', pattern: '(a)' }], 'processors.0.pattern', /no group has a name/],
    [[{ type: 'regex', pattern: '(?<moalog.x>a)' }], 'processors.0.pattern', /set by Moalog/],
    [[{ type: 'dissect', tokenizer: '%{a}%{b}' }], 'processors.0.tokenizer', /something between/],
    [[{ type: 'set', fields: { project: 'other' } }], 'processors.0.fields.project', /set by Moalog/],
    [[{ type: 'drop', when: 'level:(a' }], 'processors.0.when', /./],
    [[{ type: 'drop', when: 'timestamp:>now' }], 'processors.0.when', /after its pipeline/],
    [[{ if: 'x:1', do: [{ type: 'set' }] }], 'processors.0.do.0.fields', /./],
    [[{ type: 'timestamp', formats: ['yyyy-QQ'] }], 'processors.0.formats.0', /QQ is not a part/],
    [[{ type: 'timestamp', timezone: 'Mars/Base' }], 'processors.0.timezone', /not a time zone/],
    [[{ type: 'access_log', format: '%h %Q' }], 'processors.0.format', /%Q is not known/],
    [[{ type: 'calculate', fields: { x: 'a + ' } }], 'processors.0.fields.x', /expected/],
    [[{ type: 'calculate', fields: { x: 'sleep(3)' } }], 'processors.0.fields.x', /no function sleep/],
    [[{ type: 'lookup', field: 'a', csv: 'a,project\n1,2' }], 'processors.0.csv', /no name of a field/],
    [[{ type: 'lookup', field: 'a', match: 'network', csv: 'a,b\n10.0.0.0/99,x' }], 'processors.0.csv', /no network/],
    [[{ type: 'lower', fields: [] }], 'processors.0.fields', /./],
    [[{ type: 'upper', fields: ['a'], colour: 'red' }], 'processors.0', /colour/],
  ])('%j is refused with its place', async (processors, path, message) => {
    const places = await through(processors, ['x']).then(
      () => [],
      (error: unknown) => (error instanceof PipelineError ? error.places : Promise.reject(error)),
    );
    expect(places[0]).toMatchObject({ path, message: expect.stringMatching(message) });
  });
});
