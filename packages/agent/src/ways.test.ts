import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { TestCertificates } from '@moalog/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agentProgram } from './program.ts';
import { StandInServer } from './server-under-test.ts';

let directory: string;
let server: StandInServer;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'moalog-agent-ways-'));
  server = await StandInServer.start();
  // As it is shipped: one file.
  writeFileSync(path.join(directory, 'agent.mjs'), await agentProgram());
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs the agent until its standard input has ended and is sent; its exit code. */
async function pipe(input: string, more: object): Promise<number | null> {
  const times = { flushMs: 20, scanMs: 50, logLevel: 'error' };
  const config = path.join(directory, 'agent.yaml');
  // JSON is YAML too.
  writeFileSync(
    config,
    JSON.stringify({ server: server.url, key: 'k', stateDir: 'state', sources: { stdin: true }, ...times, ...more }),
  );
  const child = spawn(process.execPath, [path.join(directory, 'agent.mjs'), 'run', '--config', config], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: {},
  });
  closing.push(() => child.kill('SIGKILL'));
  child.stdin.end(input);
  const [code] = (await once(child, 'exit')) as [number | null]; // what the event gives
  return code;
}

const lines = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i} 결제`);

test('standard input is sent to its end, a last line without newline included, and nothing stays on disk', async () => {
  expect(await pipe(lines(5_000).join('\n'), {})).toBe(0);
  expect(server.lines().sort()).toEqual(lines(5_000).sort());
});

/** Passes a TLS connection's requests on to the stand-in. */
async function tlsFront(certificates: TestCertificates): Promise<string> {
  const { certificate, key } = certificates.issue('server');
  const options = { cert: readFileSync(certificate), key: readFileSync(key) };
  const front = createTlsServer(options, (request, response) => {
    void fetch(server.url + (request.url ?? ''), {
      method: 'POST',
      headers: { 'content-encoding': request.headers['content-encoding'] ?? 'identity' },
      body: request as unknown as BodyInit, // Node's fetch takes a stream
      duplex: 'half',
    } as RequestInit).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  closing.push(
    () => front.close(),
    () => front.closeAllConnections(),
  );
  return `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

test('with an authority of its own the agent speaks TLS, without it it waits and says why', async () => {
  const certificates = new TestCertificates();
  closing.push(() => certificates.remove());
  const address = await tlsFront(certificates);
  expect(await pipe('a\n', { server: address, ca: certificates.ca })).toBe(0);
  expect(server.lines()).toEqual(['a']);
  const config = path.join(directory, 'wrong.json');
  const log = path.join(directory, 'a.log');
  writeFileSync(log, 'b\n');
  writeFileSync(
    config,
    JSON.stringify({ server: address, key: 'k', stateDir: 'other', flushMs: 20, stopMs: 0, sources: { paths: log } }),
  );
  const child = execFile(process.execPath, [path.join(directory, 'agent.mjs'), 'run', '-c', config]);
  closing.push(() => child.kill('SIGKILL'));
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    if (said.includes('send_failed')) break;
  }
  expect(said).toMatch(/cannot be reached \((UNABLE_TO_VERIFY|SELF_SIGNED|DEPTH_ZERO|unable)/i);
  expect(server.lines()).toEqual(['a']);
});

test('the agent goes through a proxy, for http and, by CONNECT, for https', async () => {
  const seen: string[] = [];
  const proxy = createServer((request: IncomingMessage, response) => {
    seen.push(`${request.method} ${new URL(request.url ?? '').pathname}`);
    void fetch(request.url ?? '', {
      method: 'POST',
      headers: { 'content-encoding': request.headers['content-encoding'] ?? 'identity' },
      body: request as unknown as BodyInit, // Node's fetch takes a stream
      duplex: 'half',
    } as RequestInit).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
  });
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    const [host, port] = (request.url ?? '').split(':');
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  closing.push(
    () => proxy.close(),
    () => proxy.closeAllConnections(),
  );
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  expect(await pipe('a\n', { proxy: address })).toBe(0);
  expect(seen).toContain('POST /api/v1/ingest');
  const certificates = new TestCertificates();
  closing.push(() => certificates.remove());
  const secure = await tlsFront(certificates);
  rmSync(path.join(directory, 'state'), { recursive: true });
  expect(await pipe('b\n', { proxy: address, server: secure, ca: certificates.ca })).toBe(0);
  expect(seen).toContain(`CONNECT ${new URL(secure).host}`);
  expect(server.lines().sort()).toEqual(['a', 'b']);
});
