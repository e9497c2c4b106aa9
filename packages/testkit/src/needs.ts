import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether a program that a test needs is missing, for `test.skipIf(missing('rsyslogd'))`. With MOALOG_TEST_STRICT=1 a missing program is
 * an error: CI installs all of them.
 */
export function missing(program: string): boolean {
  const places = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/bin', '/sbin', '/lib/systemd'];
  if (places.some((place) => existsSync(path.join(place, program)))) return false;
  if (process.env.MOALOG_TEST_STRICT === '1')
    throw new Error(`${program} is not installed and MOALOG_TEST_STRICT is set`);
  process.stderr.write(`skipped: ${program} is not installed\n`);
  return true;
}
