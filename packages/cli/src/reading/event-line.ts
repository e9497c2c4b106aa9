import type { Event } from '@moalog/contract';

const COLOURS: Readonly<Record<string, number>> = { trace: 90, debug: 90, info: 36, warn: 33, error: 31, fatal: 35 };

/** The columns that were asked for. */
type EventPart = { readonly [C in keyof Event]?: Event[C] | undefined };

/**
 * One event as one line of a terminal: time, level, service, host, message. Control characters of the event are shown
 * as escapes, so that a log line cannot steer the terminal.
 */
export function eventLine(event: EventPart, colour: boolean): string {
  const paint = (code: number | undefined, text: string): string =>
    colour && code !== undefined ? `\x1b[${code}m${text}\x1b[0m` : text;
  const time = (event.timestamp ?? '').replace(/(\.\d{3})\d*Z$/, '$1Z');
  const level = event.level ?? '';
  const from = [event.service, event.host].filter((part) => part !== undefined && part !== '').join('@');
  return [
    paint(90, time),
    paint(COLOURS[level], (level || '-').padEnd(5)),
    paint(32, visible(from) || '-'),
    visible(event.message ?? ''),
  ].join(' ');
}

const visible = (text: string): string =>
  text.replace(/\p{Cc}/gu, (char) =>
    char === '\t' ? char : char === '\n' ? '⏎' : `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
