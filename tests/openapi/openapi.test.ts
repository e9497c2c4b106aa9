import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OPERATIONS } from '@moalog/contract/operations';
import { type RunningServer, startServer } from '@moalog/server';
import { loadConfig } from '@moalog/server/config';
import { afterAll, beforeAll, expect, test } from 'vitest';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let server: RunningServer;
let dir: string;
let document: Document;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'moalog-openapi-'));
  const argv = ['--http-port', '0', '--data-dir', dir, '--log-level', 'silent'];
  server = await startServer({ config: loadConfig({ argv, env: {}, cwd: dir }).config });
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
}, 60_000);
afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

const operations = () =>
  Object.entries(document.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at, method, operation })),
  );

test('every route of the server is in the document, and what is described exists', () => {
  const documented = new Set(operations().map(({ at, method }) => `${method.toUpperCase()} ${at}`));
  const routes = server.routes.filter((route) => route.startsWith('OPTIONS') === false && / \/./.test(route));
  for (const route of routes.filter((one) => !/^GET \/(assets|\*)/.test(one)))
    expect(documented).toContain(route.replace(/:(\w+)/g, '{$1}').replace('*', '{path}'));
  expect(Object.keys(OPERATIONS).filter((route) => !server.routes.includes(route))).toEqual([]);
});

test('operations have names of their own, and all parameters of their paths', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { at, operation } of operations()) {
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...at.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
  }
});

test('bodies and answers are said in JSON Schema', () => {
  expect(document.openapi).toBe('3.1.0');
  const post = document.paths['/api/v1/invitations']?.post;
  expect(post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { type: 'object', required: ['email'] } } },
  });
  expect(post?.responses['201']).toMatchObject({ content: { 'application/json': { schema: { type: 'object' } } } });
  expect(document.paths['/api/v1/fields']?.get?.parameters?.map(({ name }) => name)).toContain('project');
});

test('what the document calls open is open, and nothing else', async () => {
  for (const { at, method, operation } of operations().filter(({ at: one }) => one.startsWith('/api/v1/'))) {
    const answer = await fetch(`${server.url}${at.replaceAll(/\{\w+\}/g, 'x')}`, {
      method: method.toUpperCase(),
      redirect: 'manual',
      ...(method !== 'get' && { body: '{"token":"x"}', headers: { 'content-type': 'application/json' } }),
    });
    await answer.body?.cancel();
    const isOpen = operation.security?.length === 0;
    if (!isOpen) expect(answer.status, `${method} ${at}`).toBe(401);
    else if (at !== '/api/v1/setup') expect(answer.status, `${method} ${at}`).not.toBe(401);
  }
});

test('the page for people names the routes without a script', async () => {
  const page = await (await fetch(`${server.url}/api/docs`)).text();
  expect(page).toContain('POST /api/v1/search');
  expect(page).not.toContain('<script');
});
