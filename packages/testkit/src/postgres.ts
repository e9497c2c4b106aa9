import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian keeps the server's programs, by version. */
const VERSIONS = '/usr/lib/postgresql';
const START_MS = 30_000;

export interface TestPostgres {
  /** URL of the database of this name, made empty when it is not there; of a new one without a name. */
  database(name?: string): string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Directory of the newest installed server's programs; null when there is none. */
function programs(): string | null {
  if (!existsSync(VERSIONS)) return null;
  const newest = readdirSync(VERSIONS)
    .filter((version) => existsSync(path.join(VERSIONS, version, 'bin', 'initdb')))
    .sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : path.join(VERSIONS, newest, 'bin');
}

/** As `missing`, for Debian's `postgresql`, whose server is not on the PATH. */
export function missingPostgres(): boolean {
  if (programs() !== null) return false;
  if (process.env.MOALOG_TEST_STRICT === '1')
    throw new Error('postgresql is not installed and MOALOG_TEST_STRICT is set');
  process.stderr.write('skipped: postgresql is not installed\n');
  return true;
}

/** A PostgreSQL server of our own: a private directory, a free loopback port. As root it runs as the user `postgres`, since it refuses root. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = programs();
  if (bin === null) throw new Error('postgresql is not installed');
  const dir = mkdtempSync(path.join(tmpdir(), 'moalog-postgres-'));
  const owner = ownerOf(dir);
  const data = path.join(dir, 'data');
  const initdb = ['-D', data, '-U', 'moalog', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(path.join(bin, 'initdb'), initdb, { stdio: 'ignore', cwd: dir, ...owner });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'shared_buffers=16MB', 'max_connections=200'];
  const child = spawn(
    path.join(bin, 'postgres'),
    ['-D', data, '-p', String(port), '-k', dir, ...settings.flatMap((setting) => ['-c', setting])],
    { stdio: 'ignore', cwd: dir, ...owner },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const psql = (statement: string): string => ask(bin, port, statement);
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for (const giveUp = Date.now() + START_MS; ; await sleep(100)) {
    try {
      psql('SELECT 1');
      break;
    } catch (error) {
      if (child.exitCode === null && Date.now() < giveUp) continue;
      await stop();
      throw new Error('postgres did not start', { cause: error });
    }
  }
  let databases = 0;
  return {
    database: (name = `d${++databases}`) => databaseOn(port, name),
    port,
    stop,
  };
}

function ask(bin: string, port: number, statement: string): string {
  const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'moalog', '-d', 'postgres'];
  return execFileSync(path.join(bin, 'psql'), [...where, '-qAt', '-c', statement], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** URL of a database of the server at the port, which `startPostgres` of this or another process started. */
export function databaseOn(port: number, name: string): string {
  const bin = programs() ?? '';
  if (ask(bin, port, `SELECT 1 FROM pg_database WHERE datname = '${name}'`).trim() === '')
    ask(bin, port, `CREATE DATABASE ${name}`);
  return `postgres://moalog@127.0.0.1:${port}/${name}`;
}

function ownerOf(dir: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const owner = { uid: id('-u'), gid: id('-g') };
  chownSync(dir, owner.uid, owner.gid);
  return owner;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
