import { z } from 'zod';

/** Severity words of the `level` column, from least to most severe; '' means that no level is known. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number] | '';

/**
 * Columns of one event, named as in the store. Everything else that an event carries is in `attributes`, under
 * flat dotted names (`http.status`), values as text, arrays as JSON text.
 */
export const EVENT_COLUMNS = [
  'project',
  'timestamp',
  'received_at',
  'event_id',
  'level',
  'service',
  'environment',
  'host',
  'source',
  'message',
  'trace_id',
  'span_id',
  'attributes',
] as const;
export type EventColumn = (typeof EVENT_COLUMNS)[number];

/**
 * One event as the API answers it. Times are RFC 3339 in UTC: `timestamp` with nanoseconds, `received_at` with
 * milliseconds. `event_id` is an unsigned 64-bit number in decimal text, increasing in order of acceptance.
 */
export const eventSchema = z.object({
  project: z.string(),
  timestamp: z.string(),
  received_at: z.string(),
  event_id: z.string(),
  level: z.enum([...LEVELS, '']),
  service: z.string(),
  environment: z.string(),
  host: z.string(),
  source: z.string(),
  message: z.string(),
  trace_id: z.string(),
  span_id: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type Event = z.infer<typeof eventSchema>;
