// Appends numbered lines from eight senders at once until it is killed, and prints each number that was acknowledged.
// A part of kill.test.ts: node append-until-killed.ts DIRECTORY FIRST
import { writeSync } from 'node:fs';
import pino from 'pino';
import { createMetrics } from '#metrics';
import { openSpool } from './spool.ts';

const [, , dir = '', first = '0'] = process.argv;
const config = {
  spoolMaxBytes: 1e9,
  spoolMaxAgeMs: 1e9,
  segmentMaxBytes: 20_000,
  segmentMaxAgeMs: 20,
  batchWindowMs: 3.6e6,
  minFreeBytes: 1,
};
const spool = await openSpool({ dir, config, log: pino({ level: 'silent' }), metrics: createMetrics() });
let next = Number(first);
const sender = async (): Promise<never> => {
  for (;;) {
    const number = next++;
    const payload = Buffer.from(`${number} ${'x'.repeat(number % 500)}\n`);
    await spool.append({
      project: 'default',
      source: 'test',
      receivedAt: Date.now(),
      defaults: {},
      fields: {},
      batchId: `${number}`,
      payload,
      rows: 1,
    });
    writeSync(1, `${number}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, sender));
