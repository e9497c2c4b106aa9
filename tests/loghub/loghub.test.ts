import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const DIRECTORY = path.resolve(import.meta.dirname, '../../../shared/data/loghub');
const files = existsSync(DIRECTORY) ? readdirSync(DIRECTORY).filter((file) => file.endsWith('.log')) : [];

/** Real logs of eight systems lie beside the project in development; they are not part of it. */
describe.skipIf(files.length === 0)('2,000 real lines of each of eight systems', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server?.stop();
  });

  test.each(files)('%s is found again line for line', async (file) => {
    const service = file.replace(/_2k\.log$/, '').toLowerCase();
    const content = readFileSync(path.join(DIRECTORY, file));
    const lines = content
      .toString('utf8')
      .split('\n')
      .map((line) => line.replace(/\r$/, ''))
      .filter((line) => line !== '');
    await server.send(content, { service });
    await server.waitForCount(`service:${service}`, lines.length);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await server.search({
        query: `service:${service}`,
        limit: 700,
        columns: ['message'],
        ...(cursor === null ? {} : { cursor }),
      });
      found.push(...page.rows.map((row) => row.message ?? ''));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(found.sort()).toEqual(lines.sort());
    const levelled = await server.count(`service:${service} level:*`);
    const dated = await server.count(`service:${service} @timestamp:<"now-30d"`);
    // Every one of these systems writes a time; Linux and OpenSSH without the year, so that theirs lie within the last year.
    if (!['linux', 'openssh'].includes(service)) expect(dated).toBe(lines.length);
    if (['apache', 'hadoop', 'hdfs', 'spark', 'windows', 'zookeeper'].includes(service))
      expect(levelled).toBe(lines.length);
  });
});
