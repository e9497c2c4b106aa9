import { z } from 'zod';
import { projectsSchema } from './query.ts';

/**
 * `off`: not switched on. `waiting`: nothing came yet. `receiving`: an event came within the last five minutes. `quiet`: the last one is older.
 * `failing`: what came last was refused, and no event came for a minute.
 */
export const SOURCE_STATES = ['off', 'waiting', 'receiving', 'quiet', 'failing'] as const;

/** `GET /api/v1/sources?project=` (read). */
export const sourcesRequestSchema = z.strictObject({ project: projectsSchema.default(['default']) });

/** A receiver and what it brought to the projects asked for, since they were made; counts of the last seconds before a crash may be missing. */
export const sourceSchema = z.object({
  /** `splunk-hec`; listeners have one for each port (`syslog-udp-5514`). */
  id: z.string(),
  /** Label of its metrics, and the `source` column of its events (`splunk-hec`, `syslog`). */
  receiver: z.string(),
  /** Name for people (`Splunk HEC`). */
  protocol: z.string(),
  /** Where it answers on the HTTP port, null for a listener of its own. */
  path: z.string().nullable(),
  /** Port of its own, null for one that shares the HTTP port. */
  port: z.number().nullable(),
  enabled: z.boolean(),
  state: z.enum(SOURCE_STATES),
  events: z.number(),
  /** Bytes of event lines. */
  bytes: z.number(),
  /** Of the last 60 seconds. */
  eventsPerMinute: z.number(),
  /** When Moalog accepted the last one. */
  lastEventAt: z.string().nullable(),
  /** `reason` is a code of docs/errors or a reason of the receiver's own. Refusals before a project was known are told to readers of the whole installation. */
  lastError: z.object({ at: z.string(), reason: z.string(), message: z.string() }).nullable(),
});
export type SourceInfo = z.infer<typeof sourceSchema>;

export const sourcesResponseSchema = z.object({ sources: z.array(sourceSchema) });
export type SourcesResponse = z.infer<typeof sourcesResponseSchema>;
