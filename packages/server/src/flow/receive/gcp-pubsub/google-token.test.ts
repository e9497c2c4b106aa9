import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const AUDIENCE = 'https://moalog.example.com';
const ACCOUNT = 'pusher@my-project.iam.gserviceaccount.com';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token as Google signs them. */
function token(claims: object = {}, head: object = {}, key = privateKey): string {
  const now = Math.floor(Date.now() / 1_000);
  const all = {
    iss: 'https://accounts.google.com',
    aud: AUDIENCE,
    email: ACCOUNT,
    email_verified: true,
    iat: now,
    exp: now + 3_600,
    ...claims,
  };
  const signed = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT', ...head })}.${part(all)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

let under: ReceiversUnderTest;
let asked = 0;
const certs = createServer((_request, response) => {
  asked++;
  response.end(
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] }),
  );
});
afterEach(async () => {
  await under.stop();
  certs.close();
});

test('a push must carry a token of Google for this audience and account, besides the key', async () => {
  certs.listen(0, '127.0.0.1');
  await once(certs, 'listening');
  const { port } = certs.address() as AddressInfo; // listens on TCP
  const config = {
    pubsubAudience: AUDIENCE,
    pubsubServiceAccount: ACCOUNT,
    pubsubCertsUrl: `http://127.0.0.1:${port}/`,
  };
  under = await ReceiversUnderTest.start({ config });
  const push = async (authorization: string | undefined, key = INGEST_KEY): Promise<number> => {
    const headers = { ...(authorization !== undefined && { authorization }) };
    const body = JSON.stringify({ message: { data: 'eA==' }, subscription: 's' });
    return (await fetch(`${under.url}/gcp/pubsub?key=${key}`, { method: 'POST', body, headers })).status;
  };
  expect(await push(`Bearer ${token()}`)).toBe(204);
  expect(await push(`Bearer ${token()}`, 'wrong')).toBe(401);
  for (const wrong of [
    undefined,
    'Bearer x.y.z',
    `Bearer ${token({ aud: 'https://other.example.com' })}`,
    `Bearer ${token({ email: 'other@my-project.iam.gserviceaccount.com' })}`,
    `Bearer ${token({ email_verified: false })}`,
    `Bearer ${token({ iss: 'https://evil.example.com' })}`,
    `Bearer ${token({ exp: Math.floor(Date.now() / 1_000) - 120 })}`,
    `Bearer ${token({}, {}, other.privateKey)}`,
    `Bearer ${token({}, { kid: 'k2' })}`,
    `Bearer ${token({}, { alg: 'none' })}`,
    `Bearer ${token().split('.').slice(0, 2).join('.')}.`,
  ])
    expect(await push(wrong), wrong).toBe(401);
  // The keys are kept, and an unknown one does not make us ask at once.
  expect(asked).toBe(1);
  expect(await under.lines()).toEqual(['x']);
  expect(
    await under.count('moalog_rejected_requests_total', { receiver: 'gcp-pubsub', reason: 'unauthenticated' }),
  ).toBe(12);
});

test('a push waits while Google cannot be asked', async () => {
  const config = { pubsubAudience: AUDIENCE, pubsubCertsUrl: 'http://127.0.0.1:9/' };
  under = await ReceiversUnderTest.start({ config });
  const response = await fetch(`${under.url}/gcp/pubsub?key=${INGEST_KEY}`, {
    method: 'POST',
    body: 'x',
    headers: { authorization: `Bearer ${token()}` },
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
  expect(await under.lines()).toEqual([]);
});
