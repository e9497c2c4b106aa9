import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { ReceiversUnderTest } from '../receivers-under-test.ts';

describeReceiver({
  name: 'json-lines',
  path: '/api/v1/ingest',
  contentType: 'application/x-ndjson',
  body: (lines) => lines.map((line) => `${line}\n`).join(''),
  acceptedStatus: 202,
  diskFullStatus: 507,
  errorShape: /"code":"[a-z_]+".*"status":\d+/,
});

describe('POST /api/v1/ingest', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const start = async () => {
    under = await ReceiversUnderTest.start();
  };

  it('answers how many events it accepted and whether the batch came before', async () => {
    await start();
    const headers = { 'x-moalog-batch-id': 'b' };
    expect(await (await under.post('/api/v1/ingest', '[{"a":1},{"a":2}]', headers)).json()).toEqual({
      accepted: 2,
      duplicate: false,
    });
    expect(await (await under.post('/api/v1/ingest', '[{"a":1},{"a":2}]', headers)).json()).toEqual({
      accepted: 2,
      duplicate: true,
    });
    expect(await (await under.post('/api/v1/ingest', '')).json()).toEqual({ accepted: 0, duplicate: false });
  });

  it.each([
    'application/json',
    'text/plain; charset=utf-8',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/problem+json',
  ])('takes events whatever the content type says: %s', async (type) => {
    await start();
    expect((await under.post('/api/v1/ingest', '{"a":1}', { 'content-type': type })).status).toBe(202);
    expect(await under.lines()).toEqual(['{"a":1}']);
  });

  it('keeps every byte of large bodies that come at once', async () => {
    await start();
    const bodies = Array.from({ length: 8 }, (_, body) =>
      Array.from({ length: 2_000 }, (_, line) => `{"body":${body},"line":${line},"text":"${'결제 '.repeat(20)}"}`),
    );
    const answers = await Promise.all(bodies.map((lines) => under.post('/api/v1/ingest', `${lines.join('\n')}\n`)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 202));
    expect((await under.lines()).sort()).toEqual(bodies.flat().sort());
  });

  it('takes a body without content type', async () => {
    await start();
    expect((await under.post('/api/v1/ingest', Buffer.from('{"a":1}'))).status).toBe(202);
    expect(await under.lines()).toEqual(['{"a":1}']);
  });

  it.each([
    ['a UTF-8 byte order mark', Buffer.from('\ufeff{"a":"é"}'), 'application/json'],
    ['UTF-16 with a mark', Buffer.from('\ufeff{"a":"é"}', 'utf16le'), 'text/plain'],
    ['UTF-16 by charset', Buffer.from('{"a":"é"}', 'utf16le'), 'application/json; charset=utf-16le'],
    ['Latin-1 by charset', Buffer.from('{"a":"é"}', 'latin1'), 'application/json; charset="ISO-8859-1"'],
  ])('reads %s', async (_what, body, type) => {
    await start();
    await under.post('/api/v1/ingest', body, { 'content-type': type });
    expect(await under.lines()).toEqual(['{"a":"é"}']);
  });

  it('reads Korean text in EUC-KR', async () => {
    await start();
    await under.post('/api/v1/ingest', Buffer.from([0xb0, 0xe1, 0xc1, 0xa6, 0x0a]), {
      'content-type': 'text/plain; charset=euc-kr',
    });
    expect(await under.lines()).toEqual(['결제']);
  });

  it.each(['cp949', 'ks_c_5601-1987'])('reads syllables that Windows has beyond EUC-KR (%s)', async (charset) => {
    await start();
    await under.post('/api/v1/ingest', Buffer.from([0x8c, 0x63, 0xb0, 0xe1, 0x0a]), {
      'content-type': `text/plain; charset=${charset}`,
    });
    expect(await under.lines()).toEqual(['똠결']);
  });

  it('takes fields for all events, and refuses what is no object of texts', async () => {
    await start();
    const post = (attributes: string) =>
      under.post(`/api/v1/ingest?attributes=${encodeURIComponent(attributes)}`, '{"a":1}');
    expect((await post('{"log.file.path":"/var/log/결제.log"}')).status).toBe(202);
    expect((await under.stored())[0]).toMatchObject({
      header: { defaults: { attributes: { 'log.file.path': '/var/log/결제.log' } } },
    });
    for (const wrong of ['[1]', '{"a":1}', 'x']) expect((await post(wrong)).status).toBe(400);
  });

  it('answers 415 to a charset that nobody knows', async () => {
    await start();
    expect((await under.post('/api/v1/ingest', 'x', { 'content-type': 'text/plain; charset=martian' })).status).toBe(
      415,
    );
  });
});
