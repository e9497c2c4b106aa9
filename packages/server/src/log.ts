import { type Logger, pino } from 'pino';
import type { Config } from '#config';

/** Moalog's own log: stable `event` names, no secrets. To standard error, so that standard output stays for people. */
export function createLog(config: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && process.stderr.isTTY);
  const options = {
    level: config.logLevel,
    redact: ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'],
  };
  if (!pretty) return pino(options, pino.destination({ dest: 2, sync: false }));
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { destination: 2, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' },
    },
  });
}
