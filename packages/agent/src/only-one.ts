import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Longest address of a unix socket that every platform takes. */
const MAX_SOCKET_PATH = 100;

/** Where the agent of a state directory answers: who connects is told its status. */
function statusAddress(stateDir: string): string {
  const name = createHash('sha256').update(path.resolve(stateDir)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\moalog-agent-${name}`;
  const beside = path.join(stateDir, 'agent.sock');
  return Buffer.byteLength(beside) <= MAX_SOCKET_PATH ? beside : path.join(tmpdir(), `moalog-agent-${name}.sock`);
}

/** Makes this the only agent of the directory. Rejects when another one answers there: two would send every line twice. */
export async function takeStateDirectory(stateDir: string, status: () => unknown): Promise<Server> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const address = statusAddress(stateDir);
  if ((await askStatus(stateDir)) !== null) throw new Error(`another agent runs with the state directory ${stateDir}`);
  if (process.platform !== 'win32') rmSync(address, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end(JSON.stringify(status()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address, resolve);
  });
  return server.unref();
}

/** The status of the agent of a state directory; null when none runs. */
export function askStatus(stateDir: string): Promise<unknown> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    connect(statusAddress(stateDir))
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', () => resolve(null))
      .on('end', () => resolve(chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())));
  });
}
