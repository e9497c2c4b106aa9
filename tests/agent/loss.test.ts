import { expect, test } from 'vitest';
import { lossRun } from './loss.ts';

test('with files rotated every second and agent and server killed at random, every line is stored exactly once', {
  timeout: 180_000,
}, async () => {
  const report = await lossRun(12);
  expect(report.written).toBeGreaterThan(1_000);
  expect(report).toMatchObject({ missing: [], repeated: [], stored: report.written });
});
