import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Debian installs one syslog daemon at a time: rsyslog is installed, syslog-ng is unpacked beside it. */
const PACKAGES = ['syslog-ng-core', 'libivykis0', 'libnet1'];

/** A program with what it needs to run. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** syslog-ng from Debian's package, unpacked once into the user's cache; null with a printed reason where it cannot be had (MOALOG_TEST_STRICT=1: an error). */
export async function syslogNg(): Promise<Program | null> {
  const root = path.join(homedir(), '.cache', 'moalog', 'syslog-ng');
  try {
    if (!existsSync(root)) await unpack(root);
    const [library = ''] = globSync(path.join(root, 'usr/lib/*-linux-gnu'));
    const [modules = ''] = globSync(path.join(root, 'usr/lib/syslog-ng/*/')).filter((place) =>
      /[\d.]+\/?$/.test(place),
    );
    const env = { LD_LIBRARY_PATH: `${library}:${path.join(root, 'usr/lib/syslog-ng')}` };
    const program = { command: path.join(root, 'usr/sbin/syslog-ng'), args: ['--module-path', modules], env };
    await run(program.command, [...program.args, '--version'], { env });
    return program;
  } catch (error) {
    if (process.env.MOALOG_TEST_STRICT === '1') throw new Error('syslog-ng cannot be had', { cause: error });
    process.stderr.write(`skipped: syslog-ng cannot be had (${String(error).split('\n')[0]})\n`);
    return null;
  }
}

async function unpack(root: string): Promise<void> {
  const work = `${root}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  const download = () => run('apt-get', ['download', ...PACKAGES], { cwd: work, timeout: 120_000 });
  // Without lists, or with old ones, apt finds nothing.
  await download().catch(async () => {
    await run('apt-get', ['update', '-qq'], { timeout: 120_000 });
    await download();
  });
  for (const file of globSync(path.join(work, '*.deb'))) {
    await run('dpkg', ['-x', file, work]);
    rmSync(file);
  }
  renameSync(work, root);
}
