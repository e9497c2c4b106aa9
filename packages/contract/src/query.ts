import { z } from 'zod';
import { eventSchema } from './event.ts';

/** One project slug or several; a query is bound to them and to nothing else. */
export const projectsSchema = z.union([
  z
    .string()
    .min(1)
    .transform((slug) => [slug]),
  z.array(z.string().min(1)).min(1).max(100),
]);

/**
 * A point in time: RFC 3339, or relative to the server's clock: `now`, `now-15m`, `now-7d`, `now-1h/h` (rounded down
 * to the hour). Units: s m h d w.
 */
export const timePointSchema = z.string().min(1).max(64);

const scope = {
  project: projectsSchema.default(['default']),
  /** Search language; empty matches everything. At most 64 KiB. */
  query: z.string().max(65_536).default(''),
  from: timePointSchema.default('now-1h'),
  to: timePointSchema.default('now'),
};

/** Why an answer is not whole. What was found until then is in the answer. */
export const partialSchema = z.object({
  reason: z.enum(['time_limit', 'row_limit', 'memory_limit']),
  message: z.string(),
});
export type Partial = z.infer<typeof partialSchema>;

const answer = {
  /** Rows and bytes the engine read. */
  scanned: z.object({ rows: z.number(), bytes: z.number() }),
  elapsedMs: z.number(),
  partial: partialSchema.optional(),
  /** Fields of the query that no event has, with the nearest known names. */
  hints: z.array(z.object({ field: z.string(), nearest: z.array(z.string()) })).optional(),
};

export const searchRequestSchema = z.strictObject({
  ...scope,
  limit: z.number().int().min(1).max(10_000).default(100),
  /** Opaque, from the answer before; paging neither skips nor repeats while events arrive. */
  cursor: z.string().max(1_024).optional(),
  order: z.enum(['desc', 'asc']).default('desc'),
  /** Columns or attributes to answer; all when absent. Attributes named here come in `attributes`. */
  columns: z.array(z.string().min(1).max(512)).max(200).optional(),
});
export type SearchRequest = z.input<typeof searchRequestSchema>;
export const searchResponseSchema = z.object({
  rows: z.array(eventSchema.partial()),
  /** null when there is nothing more. */
  cursor: z.string().nullable(),
  ...answer,
});
export type SearchResponse = z.infer<typeof searchResponseSchema>;

export const queryRequestSchema = z.strictObject({
  ...scope,
  /** Offset of the viewer's zone from UTC in minutes, so that points of a day or more begin at the viewer's midnight. */
  zoneOffsetMinutes: z.number().int().min(-900).max(900).default(0),
});
export type QueryRequest = z.input<typeof queryRequestSchema>;
/** How the table of an answer could be drawn, by the names of its columns. */
export const chartSchema = z.discriminatedUnion('kind', [
  /** A line for each value and each combination of `groups`; each has a row every `intervalMs`. */
  z.object({
    kind: z.literal('time'),
    time: z.string(),
    groups: z.array(z.string()),
    values: z.array(z.string()),
    intervalMs: z.number(),
  }),
  /** A bar a row. */
  z.object({ kind: z.literal('bars'), groups: z.array(z.string()), values: z.array(z.string()) }),
]);
export type Chart = z.infer<typeof chartSchema>;
export const queryResponseSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'number', 'boolean', 'time']) })),
  /** A value a column: text ('' where there is none), a number or null, true or false, RFC 3339 or null. */
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  /** null when the table is nothing to draw. */
  chart: chartSchema.nullable(),
  from: z.string(),
  to: z.string(),
  ...answer,
});
export type QueryResponse = z.infer<typeof queryResponseSchema>;

export const patternsRequestSchema = z.strictObject({
  ...scope,
  /** Patterns answered, the most frequent ones. */
  limit: z.number().int().min(1).max(1_000).default(100),
});
export type PatternsRequest = z.input<typeof patternsRequestSchema>;
export const patternSchema = z.object({
  /** The messages' common text; `<*>` is what differs. */
  pattern: z.string(),
  /** The same in pieces: text, and variables with some of their values. */
  parts: z.array(z.union([z.object({ text: z.string() }), z.object({ examples: z.array(z.string()) })])),
  count: z.number(),
  /** Of all messages, 0 to 1. */
  share: z.number(),
  /** Counts by level. */
  levels: z.record(z.string(), z.number()),
  /** Counts by time: a point every `intervalMs` from `from` on. */
  trend: z.array(z.number()),
  /** Starts of the points it was first and last seen in, RFC 3339. */
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** First line of one of the messages. */
  example: z.string(),
  /** Conditions of the search language that find its messages, and all others. */
  include: z.string(),
  exclude: z.string(),
});
export type Pattern = z.infer<typeof patternSchema>;
export const patternsResponseSchema = z.object({
  patterns: z.array(patternSchema),
  /** Patterns that are not answered, and their messages. */
  rest: z.object({ patterns: z.number(), count: z.number() }),
  /** Messages the counts are over. */
  total: z.number(),
  /** True when the patterns come from `sampledEvents` of them and counts were scaled up. */
  sampled: z.boolean(),
  sampledEvents: z.number(),
  intervalMs: z.number(),
  from: z.string(),
  to: z.string(),
  ...answer,
});
export type PatternsResponse = z.infer<typeof patternsResponseSchema>;

export const histogramRequestSchema = z.strictObject({
  ...scope,
  /** How many bars at most; the interval is the next round one (1s, 2s, 5s, 10s, 15s, 30s, 1m … 1d). */
  buckets: z.number().int().min(1).max(2_000).default(60),
  /** Field to stack by: a column or an attribute. */
  by: z.string().min(1).max(512).default('level'),
  /** Offset of the viewer's zone from UTC in minutes, so that day bars begin at the viewer's midnight. */
  zoneOffsetMinutes: z.number().int().min(-900).max(900).default(0),
});
export type HistogramRequest = z.input<typeof histogramRequestSchema>;
export const histogramResponseSchema = z.object({
  intervalMs: z.number(),
  from: z.string(),
  to: z.string(),
  /** Every bar of the range in order, empty ones too; `start` is RFC 3339, `counts` by the value of `by`. */
  buckets: z.array(z.object({ start: z.string(), counts: z.record(z.string(), z.number()) })),
  total: z.number(),
  ...answer,
});
export type HistogramResponse = z.infer<typeof histogramResponseSchema>;

export const facetsRequestSchema = z.strictObject({
  ...scope,
  /** Fields wanted; when absent the server picks columns and the most frequent attributes. */
  fields: z.array(z.string().min(1).max(512)).min(1).max(100).optional(),
  limit: z.number().int().min(1).max(1_000).default(10),
  /** Only values that contain this text (any case); for completion. */
  contains: z.string().max(512).optional(),
});
export type FacetsRequest = z.input<typeof facetsRequestSchema>;
export const facetSchema = z.object({
  field: z.string(),
  /** Events that carry the field. */
  count: z.number(),
  /** Distinct values, estimated. */
  distinct: z.number(),
  values: z.array(z.object({ value: z.string(), count: z.number() })),
});
export type Facet = z.infer<typeof facetSchema>;
export const facetsResponseSchema = z.object({
  facets: z.array(facetSchema),
  /** Matching events the counts are over. */
  total: z.number(),
  /** True when counts come from a sample and were scaled up to `total`. */
  sampled: z.boolean(),
  ...answer,
});
export type FacetsResponse = z.infer<typeof facetsResponseSchema>;

/** `GET /api/v1/fields?project=&from=&to=&contains=`; `project` may be repeated. */
export const fieldsRequestSchema = z.strictObject({
  project: projectsSchema.default(['default']),
  from: timePointSchema.default('now-24h'),
  to: timePointSchema.default('now'),
  contains: z.string().max(512).optional(),
});
export type FieldsRequest = z.input<typeof fieldsRequestSchema>;
export const fieldSchema = z.object({
  name: z.string(),
  /** What the values look like. A field of several types is `text`. */
  type: z.enum(['text', 'number', 'boolean', 'array', 'time']),
  /** A typed column, or an attribute. */
  kind: z.enum(['column', 'attribute']),
  /** Share of events that carry it, 0 to 1, from a sample. */
  share: z.number(),
});
export type Field = z.infer<typeof fieldSchema>;
export const fieldsResponseSchema = z.object({ fields: z.array(fieldSchema), elapsedMs: z.number() });
export type FieldsResponse = z.infer<typeof fieldsResponseSchema>;

/**
 * `GET /api/v1/tail?project=&query=` answers Server-Sent Events:
 * `event: events`, `id:` the greatest event_id in it, `data:` {@link tailBatchSchema};
 * a comment line every 15 s keeps the connection. Resumes after `Last-Event-ID`. A search that can go on no more ends the
 * stream with `event: failed`, `data:` a Problem.
 */
export const tailRequestSchema = z.strictObject({
  project: projectsSchema.default(['default']),
  query: z.string().max(65_536).default(''),
});
export const tailBatchSchema = z.object({
  rows: z.array(eventSchema),
  /** Matching events that were left out because they came faster than the limit (oldest first). */
  skipped: z.number(),
});
export type TailBatch = z.infer<typeof tailBatchSchema>;

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export const exportRequestSchema = z.strictObject({
  ...scope,
  format: z.enum(EXPORT_FORMATS).default('ndjson'),
  order: z.enum(['desc', 'asc']).default('desc'),
  columns: z.array(z.string().min(1).max(512)).max(200).optional(),
  /** Rows at most; everything found when absent. */
  limit: z.number().int().min(1).optional(),
});
export type ExportRequest = z.input<typeof exportRequestSchema>;

/** `GET /api/v1/events/:id/context?project=&before=&after=`: neighbours from the same service and host. */
export const contextRequestSchema = z.strictObject({
  project: projectsSchema.default(['default']),
  before: z.coerce.number().int().min(0).max(1_000).default(20),
  after: z.coerce.number().int().min(0).max(1_000).default(20),
});
export const contextResponseSchema = z.object({
  /** Older neighbours, newest last. */
  before: z.array(eventSchema),
  event: eventSchema,
  /** Newer neighbours, oldest first. */
  after: z.array(eventSchema),
});
export type ContextResponse = z.infer<typeof contextResponseSchema>;
