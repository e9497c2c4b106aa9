import { Client } from '@elastic/elasticsearch';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

const CREATE = '{"create":{"_index":"logs-app"}}';

describeReceiver({
  name: 'elasticsearch-bulk',
  path: '/elasticsearch/_bulk',
  contentType: 'application/x-ndjson',
  body: (lines) => lines.map((line) => `${CREATE}\n${line}\n`).join(''),
  acceptedStatus: 200,
  diskFullStatus: 503,
  errorShape: /^\{"error":\{"root_cause":\[\{"type":"[a-z_]+","reason":".*"status":\d+\}$/,
});

describe('the Elasticsearch receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const start = async (...options: Parameters<typeof ReceiversUnderTest.start>) => {
    under = await ReceiversUnderTest.start(...options);
  };
  const bulk = (body: string, path = '/elasticsearch/_bulk') =>
    under.post(path, body, { 'content-type': 'application/x-ndjson' });
  const call = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${under.url}/elasticsearch${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`moalog:${INGEST_KEY}`).toString('base64')}`, ...headers },
    });

  it('answers item by item, in the byte order that Fluent Bit looks for', async () => {
    await start();
    const text = await (await bulk(`${CREATE}\n{"a":1}\n{"index":{"_index":"other","_id":"7"}}\n{"b":2}\n`)).text();
    expect(text).toMatch(/^\{"took":\d+,"errors":false,"items":\[\{"create":\{"_index":"logs-app","_id":"[\w-]{20}",/);
    expect(JSON.parse(text).items).toMatchObject([
      { create: { _index: 'logs-app', status: 201, result: 'created', _version: 1 } },
      { index: { _index: 'other', _id: '7', status: 201 } },
    ]);
    expect(await under.stored()).toMatchObject([
      { header: { defaults: { attributes: { 'elasticsearch.index': 'logs-app' } } }, lines: ['{"a":1}'] },
      {
        header: { defaults: { attributes: { 'elasticsearch.index': 'other' } } },
        lines: ['{"elasticsearch.id":"7","b":2}'],
      },
    ]);
  });

  it.each([
    '/elasticsearch/app/_bulk',
    '/elasticsearch/app/_bulk/',
    '/elasticsearch//app/_bulk?refresh=true',
    '/elasticsearch/app/_doc/_bulk',
  ])('takes the index from the path %s', async (path) => {
    await start();
    expect((await bulk('{"create":{}}\n{"a":1}\n', path)).status).toBe(200);
    expect((await under.stored())[0]?.header.defaults.attributes).toEqual({ 'elasticsearch.index': 'app' });
  });

  it('takes PUT, and documents whose last newline is missing', async () => {
    await start();
    const response = await fetch(`${under.url}/elasticsearch/_bulk`, {
      method: 'PUT',
      body: `${CREATE}\n{"a":1}`,
      headers: { authorization: `Bearer ${INGEST_KEY}` },
    });
    expect(response.status).toBe(200);
    expect(await under.lines()).toEqual(['{"a":1}']);
  });

  it('refuses update and delete for themselves, each with its own lines', async () => {
    await start();
    const body = [
      '{"delete":{"_index":"i","_id":"1"}}',
      '{"update":{"_index":"i","_id":"2"}}',
      '{"doc":{"a":1}}',
      CREATE,
      '{"kept":1}',
      '',
    ].join('\n');
    const answer = await (await bulk(body)).json();
    expect(answer).toMatchObject({
      errors: true,
      items: [
        {
          delete: {
            _index: 'i',
            _id: '1',
            status: 400,
            error: { type: 'illegal_argument_exception', reason: expect.stringContaining('delete') },
          },
        },
        { update: { _index: 'i', _id: '2', status: 400 } },
        { create: { status: 201 } },
      ],
    });
    expect(await under.lines()).toEqual(['{"kept":1}']);
    expect(
      await under.count('moalog_rejected_events_total', {
        receiver: 'elasticsearch-bulk',
        reason: 'unsupported_action',
      }),
    ).toBe(2);
  });

  it.each([
    [
      'a broken action line costs its own document',
      ['{"create":', '{"lost":1}', CREATE, '{"kept":1}'],
      [400, 201],
      ['{"kept":1}'],
    ],
    [
      'a broken action line before another action costs nothing else',
      ['oops', CREATE, '{"kept":1}'],
      [400, 201],
      ['{"kept":1}'],
    ],
    ['an unknown action is refused', ['{"upsert":{}}', '{"lost":1}', CREATE, '{"kept":1}'], [400, 201], ['{"kept":1}']],
    ['an empty document is refused', [CREATE, '', CREATE, '{"kept":1}'], [400, 201], ['{"kept":1}']],
    ['an action without a document at the end is refused', [CREATE, '{"kept":1}', CREATE], [201, 400], ['{"kept":1}']],
    [
      'a document that is no JSON is stored as text',
      [CREATE, 'plain text', CREATE, '{"kept":1}'],
      [201, 201],
      ['plain text', '{"kept":1}'],
    ],
    ['carriage returns change nothing', [`${CREATE}\r`, '{"kept":1}\r'], [201], ['{"kept":1}\r']],
  ])('%s', async (_what, lines, statuses, stored) => {
    await start();
    const { items } = (await (await bulk(`${lines.join('\n')}\n`)).json()) as {
      items: Record<string, { status: number }>[];
    };
    expect(items.map((item) => Object.values(item)[0]?.status)).toEqual(statuses);
    expect(await under.lines()).toEqual(stored);
  });

  it('answers 400 to a body in which there is nothing', async () => {
    await start();
    for (const body of ['', '\n\n']) expect((await bulk(body)).status).toBe(400);
  });

  it('keeps ids beside documents that leave no room for them in the body', async () => {
    await start();
    const documents = Array.from({ length: 2_000 }, (_, number) => `{"n":${number}}`);
    const body = documents.map((document, number) => `{"index":{"_id":${number}}}\n${document}\n`).join('');
    expect(await (await bulk(body, '/elasticsearch/i/_bulk')).json()).toMatchObject({ errors: false });
    expect(await under.lines()).toEqual(documents.map((_, number) => `{"elasticsearch.id":"${number}","n":${number}}`));
  });

  it('keeps an id with an empty document, and leaves text alone', async () => {
    await start();
    await bulk('{"index":{"_id":"a\\"b"}}\n{ }\n{"index":{"_id":"x"}}\ntext\n');
    expect(await under.lines()).toEqual(['{"elasticsearch.id":"a\\"b" }', 'text']);
  });

  it('filters its answer by filter_path as Beats, Logstash and clients ask', async () => {
    await start();
    const body = `${CREATE}\n{"a":1}\n`;
    const filtered = async (filter: string, text = body) =>
      (await bulk(text, `/elasticsearch/_bulk?filter_path=${filter}`)).text();
    expect(await filtered('errors,items.*.error,items.*.status')).toBe(
      '{"errors":false,"items":[{"create":{"status":201}}]}',
    );
    expect(await filtered('errors')).toBe('{"errors":false}');
    expect(JSON.parse(await filtered('-took,-items.*._shards'))).toMatchObject({
      errors: false,
      items: [{ create: { status: 201 } }],
    });
    expect(JSON.parse(await filtered('errors,items.*.error,items.*.status', `${body}{"delete":{}}\n`))).toMatchObject({
      errors: true,
      items: [{ create: { status: 201 } }, { delete: { status: 400, error: { type: 'illegal_argument_exception' } } }],
    });
  });

  it('answers 429 item by item when the limit is reached within a request', async () => {
    await start({ spoolMaxBytes: 1_000 });
    const document = `{"m":"${'x'.repeat(600)}"}`;
    const response = await bulk(`{"create":{"_index":"a"}}\n${document}\n{"create":{"_index":"b"}}\n${document}\n`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      errors: true,
      items: [
        { create: { status: 201 } },
        { create: { status: 429, error: { type: 'es_rejected_execution_exception' } } },
      ],
    });
    expect(await under.lines()).toEqual([document]);
    expect(
      await under.count('moalog_rejected_events_total', { receiver: 'elasticsearch-bulk', reason: 'back_pressure' }),
    ).toBe(1);
  });

  it('stores each part of a batch once when it comes again', async () => {
    await start();
    const body = '{"create":{"_index":"a"}}\n{"n":1}\n{"create":{"_index":"b"}}\n{"n":2}\n';
    for (let attempt = 0; attempt < 2; attempt++)
      await under.post('/elasticsearch/_bulk', body, { 'x-moalog-batch-id': 'x' });
    expect(await under.lines()).toEqual(['{"n":1}', '{"n":2}']);
  });

  it.each([
    ['GET', '', 200, /"tagline":"You Know, for Search"/],
    ['GET', '/', 200, /"build_flavor":"default"/],
    ['GET', '/_license?human=false', 200, /"status":"active"/],
    ['GET', '/_xpack', 200, /"ilm":\{"available":true,"enabled":true\}/],
    ['GET', '/_cluster/health', 200, /"status":"green"/],
    ['GET', '/_nodes', 200, /"nodes":\{/],
    ['GET', '/_nodes/http', 200, /"publish_address":"127.0.0.1:/],
    ['GET', '/_nodes/_local/version/', 200, /"version":"/],
    ['GET', '/_ilm/policy', 200, /^\{\}$/],
    ['GET', '/_ilm/policy/filebeat', 200, /^\{"filebeat":\{/],
    ['PUT', '/_ilm/policy/filebeat', 200, /^\{"acknowledged":true\}$/],
    ['GET', '/_index_template/logs', 200, /"index_templates":\[\{"name":"logs"/],
    ['PUT', '/_index_template/logs', 200, /acknowledged/],
    ['POST', '/_index_template/logs', 200, /acknowledged/],
    ['GET', '/_template/logs', 200, /^\{"logs":/],
    ['PUT', '/_template/logs', 200, /acknowledged/],
    ['GET', '/_component_template/logs', 200, /"component_templates":\[\{"name":"logs"/],
    ['PUT', '/_component_template/logs', 200, /acknowledged/],
    ['GET', '/_ingest/pipeline/p', 200, /^\{"p":/],
    ['PUT', '/_ingest/pipeline/p', 200, /acknowledged/],
    ['GET', '/_data_stream/logs-x-default', 200, /"data_streams":\[\{"name":"logs-x-default"/],
    ['PUT', '/_data_stream/logs-x-default', 200, /acknowledged/],
    ['PUT', '/_data_stream/logs/_lifecycle', 200, /acknowledged/],
    ['GET', '/_alias/logs', 200, /"aliases"/],
    ['PUT', '/logs-000001/_alias/logs', 200, /acknowledged/],
    ['POST', '/_aliases', 200, /acknowledged/],
    ['PUT', '/%3Clogs-%7Bnow%2Fd%7D-000001%3E', 200, /acknowledged/],
    ['GET', '/_logstash/pipeline', 200, /^\{\}$/],
    ['POST', '/logs/_refresh', 200, /_shards/],
    ['GET', '/_cat/health', 200, /moalog green/],
    ['GET', '/logs/_search', 400, /"type":"illegal_argument_exception"/],
    ['DELETE', '/logs', 400, /illegal_argument_exception/],
  ])('answers the start-up call %s %s', async (method, path, status, body) => {
    await start();
    const response = await call(method, path);
    expect(await response.text()).toMatch(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(response.headers.get('content-type')).toMatch(/^(application\/json|text\/plain; charset=UTF-8)$/);
  });

  it.each([
    '',
    '/_index_template/a',
    '/_template/a',
    '/_ilm/policy/a',
    '/_data_stream/a',
    '/an-index',
    '/_alias/a',
    '/_ingest/pipeline/a',
  ])('answers HEAD %s with 200 and no body', async (path) => {
    await start();
    const response = await call('HEAD', path);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
  });

  it('does not read the body of a template as events', async () => {
    await start();
    await fetch(`${under.url}/elasticsearch/_index_template/a`, {
      method: 'PUT',
      body: '{"index_patterns":["a"]}',
      headers: { authorization: `Bearer ${INGEST_KEY}`, 'content-type': 'application/json' },
    });
    expect(await under.lines()).toEqual([]);
  });

  it('says who it is even where the key is missing', async () => {
    await start();
    for (const method of ['GET', 'HEAD', 'POST']) {
      const response = await fetch(`${under.url}/elasticsearch/${method === 'POST' ? '_bulk' : ''}`, { method });
      expect(response.status).toBe(401);
      expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
      expect(response.headers.get('www-authenticate')).toContain('ApiKey');
    }
  });

  it.each([
    ['Elastic-Filebeat/9.1.3 (linux; amd64; abc; 2026-01-01)', '9.1.3'],
    ['Elastic-Metricbeat/8.15.0 (linux)', '8.15.0'],
    ['logstash/8.14.1 (OS=Linux) logstash-output-elasticsearch/11.22.7', '8.14.1'],
    ['Vector/0.50.0', '8.19.0'],
  ])('tells %s the version that it accepts', async (agent, version) => {
    await start();
    expect(await (await call('GET', '/', { 'user-agent': agent })).json()).toMatchObject({
      version: { number: version },
    });
  });

  it('answers in the media type of the version that a client asked for', async () => {
    await start();
    const type = 'application/vnd.elasticsearch+json;compatible-with=9';
    const response = await call('GET', '/', {
      accept: 'application/vnd.elasticsearch+json; compatible-with=9,text/plain',
    });
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.json()).toMatchObject({ version: { number: '9.2.0' } });
  });

  it('takes single documents, over several lines too', async () => {
    await start();
    const put = await under.post('/elasticsearch/logs/_doc', '{\n  "a": 1\n}\n');
    expect([put.status, await put.json()]).toMatchObject([201, { _index: 'logs', result: 'created' }]);
    expect((await under.post('/elasticsearch/system/events', '{"b":2}')).status).toBe(201);
    expect(await under.lines()).toEqual(['{   "a": 1 } ', '{"b":2}']);
  });

  describe('to the official client', () => {
    const client = (more = {}) =>
      new Client({ node: `${under.url}/elasticsearch`, auth: { apiKey: INGEST_KEY }, maxRetries: 2, ...more });

    it('tells its version and health, and takes templates', async () => {
      await start();
      const es = client();
      expect(await es.info()).toMatchObject({ tagline: 'You Know, for Search' });
      expect(await es.ping()).toBe(true);
      expect(await es.cluster.health()).toMatchObject({ status: 'green' });
      expect(await es.indices.exists({ index: 'a' })).toBe(true);
      expect(await es.indices.putIndexTemplate({ name: 'a', index_patterns: ['a*'] })).toMatchObject({
        acknowledged: true,
      });
      expect(await es.indices.create({ index: 'a' })).toMatchObject({ acknowledged: true });
      expect(await es.license.get()).toMatchObject({ license: { status: 'active' } });
      expect(await es.index({ index: 'a', document: { one: 1 } })).toMatchObject({ result: 'created' });
      expect(await under.lines()).toEqual(['{"one":1}']);
      await es.close();
    });

    it.each([{}, { compression: true }])('takes the events of its bulk helper once each (%o)', async (more) => {
      await start();
      const es = client(more);
      const documents = Array.from({ length: 3_000 }, (_, number) => ({ number, message: `event ${number} 결제` }));
      const stats = await es.helpers.bulk({
        datasource: documents,
        flushBytes: 20_000,
        concurrency: 4,
        refreshOnCompletion: true,
        onDocument: () => ({ create: { _index: 'shop' } }),
      });
      expect(stats).toMatchObject({ total: 3_000, successful: 3_000, failed: 0 });
      const numbers = (await under.lines()).map((line) => JSON.parse(line).number as number);
      expect(numbers.sort((a, b) => a - b)).toEqual(documents.map(({ number }) => number));
      await es.close();
    });

    it('lets its bulk helper send again after back-pressure', async () => {
      await start({ spoolMaxBytes: 4_000 });
      const es = client();
      const documents = Array.from({ length: 40 }, (_, number) => ({ number, text: 'x'.repeat(300) }));
      const drained: string[] = [];
      let isDone = false;
      const draining = (async () => {
        while (!isDone) {
          drained.push(...(await under.lines()));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      const stats = await es.helpers.bulk({
        datasource: documents,
        flushBytes: 1_500,
        concurrency: 3,
        retries: 20,
        wait: 50,
        onDocument: (d) => ({ index: { _index: `i${d.number % 3}` } }),
      });
      isDone = true;
      await draining;
      expect(stats).toMatchObject({ successful: 40, failed: 0 });
      drained.push(...(await under.lines()));
      expect(drained.map((line) => JSON.parse(line).number as number).sort((a, b) => a - b)).toEqual(
        documents.map(({ number }) => number),
      );
      await es.close();
    });

    it('fails with a clear error when the key is wrong', async () => {
      await start();
      const es = client({ auth: { apiKey: 'nobody' } });
      await expect(es.info()).rejects.toMatchObject({ statusCode: 401 });
      await es.close();
    });
  });
});
