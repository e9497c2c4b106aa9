const ORDER = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof ORDER)[number];

/** The agent's own log: JSON lines, with stable event names and no secrets. */
export type Log = (level: Level, event: string, message: string, more?: Readonly<Record<string, unknown>>) => void;

export function createLog(from: Level, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  return (level, event, message, more) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(from)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, message, ...more })}\n`);
  };
}
