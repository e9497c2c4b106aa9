import { z } from 'zod';

/**
 * What a sender may set for all events of a request, as query parameter (`service=`) or header (`X-Moalog-Service:`).
 * `*_field` name the JSON fields to read instead of the accepted names, comma separated, first non-empty wins.
 */
export const ingestOptionsSchema = z.object({
  project: z.string().min(1).max(128).optional(),
  service: z.string().max(512).optional(),
  environment: z.string().max(512).optional(),
  host: z.string().max(512).optional(),
  source: z.string().max(128).optional(),
  time_field: z.string().max(512).optional(),
  message_field: z.string().max(512).optional(),
  level_field: z.string().max(512).optional(),
  /** IANA zone of times without one, such as `Asia/Seoul`. */
  timezone: z.string().max(64).optional(),
  /** Further fields of every event, as a JSON object of texts: `{"log.file.path":"/var/log/app.log"}`. */
  attributes: z.string().max(8_192).optional(),
  /** Identity of this batch; the same id again within the window is acknowledged and dropped. */
  batch_id: z.string().max(256).optional(),
});
export type IngestOptions = z.infer<typeof ingestOptionsSchema>;

/** 202 of `POST /api/v1/ingest`, sent after the bytes are durable. */
export const ingestResponseSchema = z.object({
  /** Events of the request that are durable now. */
  accepted: z.number(),
  /** True when this batch id was accepted before: the events are durable since then, and were not stored again. */
  duplicate: z.boolean(),
});
export type IngestResponse = z.infer<typeof ingestResponseSchema>;

/**
 * 200 of any HTTP receiver to a request with `?debug=1` or `X-Moalog-Debug: 1`: what the request would have become. Nothing of it is stored or counted.
 */
export const ingestPreviewSchema = z.object({
  receiver: z.string(),
  stored: z.literal(false),
  /** The first of its events with all their columns (those of `logs`, but for event_id), as loading would have made them. */
  events: z.array(z.record(z.string(), z.unknown())),
  /** Events beyond these. */
  more: z.number(),
  /** What the receiver would have refused or changed, item by item or by reason. */
  refused: z.array(z.object({ reason: z.string(), events: z.number(), message: z.string() })),
  /** Why the whole request would have been refused. */
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** What the sender would have been answered; the body is empty when it is no text. */
  answer: z.object({ status: z.number(), body: z.string() }),
});
export type IngestPreview = z.infer<typeof ingestPreviewSchema>;
