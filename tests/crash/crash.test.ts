import { expect, test } from 'vitest';
import { crashRounds } from './crash.ts';

test('after kill -9 of server and engine every acknowledged event is there exactly once, and the rollup agrees', {
  timeout: 120_000,
}, async () => {
  const report = await crashRounds(4);
  expect(report.acknowledged).toBeGreaterThan(1_000);
  expect(report).toMatchObject({ missing: 0, repeated: 0, stored: report.acknowledged, rollup: report.acknowledged });
});
