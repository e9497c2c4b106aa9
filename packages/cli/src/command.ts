/** One command of the `moalog` program. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What `moalog NAME --help` prints. */
  help(): string;
  /** Resolves with the exit code. Throws UsageError for a wrong command line. */
  run(argv: readonly string[]): Promise<number>;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
