import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';

/**
 * Named pipes, one for each statement that may answer at once. The engine writes its answer into one with INTO OUTFILE: any format comes out
 * exactly as ClickHouse writes it, block by block, and the engine waits when nobody reads on. (chDB's own streams format each
 * chunk by itself, so that JSON or Parquet come out once a chunk.)
 */
export function makePipes(directory: string, count: number): string[] {
  const paths = Array.from({ length: count }, (_, i) => path.join(directory, `answer-${i}`));
  // Node cannot make one; mkfifo is POSIX.
  execFileSync('mkfifo', ['-m', '600', ...paths]);
  return paths;
}

export interface OpenPipe {
  readonly output: Socket;
  /** The writer is done: what was written is still read, then the output ends. */
  endWriting(): void;
}

export function openPipe(file: string): OpenPipe {
  const readFd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  // Keeps the pipe from ending before the engine opens it, and the engine from waiting for a reader.
  const writeFd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  let open = true;
  return {
    output: new Socket({ fd: readFd, readable: true, writable: false }),
    endWriting: () => {
      if (open) closeSync(writeFd);
      open = false;
    },
  };
}
