import { z } from 'zod';
import { eventSchema } from '../event.ts';
import { ingestOptionsSchema, ingestResponseSchema } from '../ingest.ts';
import {
  contextRequestSchema,
  contextResponseSchema,
  exportRequestSchema,
  facetsRequestSchema,
  facetsResponseSchema,
  fieldsRequestSchema,
  fieldsResponseSchema,
  histogramRequestSchema,
  histogramResponseSchema,
  patternsRequestSchema,
  patternsResponseSchema,
  queryRequestSchema,
  queryResponseSchema,
  searchRequestSchema,
  searchResponseSchema,
  tailRequestSchema,
} from '../query.ts';
import { sqlRequestSchema, sqlResponseSchema } from '../sql.ts';
import type { Operation, Operations } from './operation.ts';

const read = (summary: string, more: Omit<Operation, 'summary' | 'tag'>): Operation => ({
  summary,
  tag: 'Reading',
  ...more,
});
/** A protocol of others: its body is what its senders send. */
const receive = (summary: string, body: string): Operation => ({ summary, tag: 'Sending', body, answer: '*/*' });
const health = (summary: string, answer: string): Operation => ({ summary, tag: 'Server', answer, open: true });
const json = 'application/json';

export const READING: Operations = {
  'POST /api/v1/search': read('Events that match, newest first', {
    body: searchRequestSchema,
    answer: searchResponseSchema,
  }),
  'POST /api/v1/query': read('A search with pipes', { body: queryRequestSchema, answer: queryResponseSchema }),
  'POST /api/v1/histogram': read('Counts by time', { body: histogramRequestSchema, answer: histogramResponseSchema }),
  'POST /api/v1/facets': read('Top values of fields', { body: facetsRequestSchema, answer: facetsResponseSchema }),
  'POST /api/v1/patterns': read('Similar messages together', {
    body: patternsRequestSchema,
    answer: patternsResponseSchema,
  }),
  'GET /api/v1/fields': read('Known fields', { query: fieldsRequestSchema, answer: fieldsResponseSchema }),
  'GET /api/v1/events/:id': read('One event', { query: z.object({ project: z.string() }), answer: eventSchema }),
  'GET /api/v1/events/:id/context': read('Neighbours of an event', {
    query: contextRequestSchema,
    answer: contextResponseSchema,
  }),
  'POST /api/v1/explain': read('The SQL that a search becomes', { body: searchRequestSchema, answer: json }),
  'POST /api/v1/export': read('All matches: CSV, NDJSON or Parquet', { body: exportRequestSchema, answer: '*/*' }),
  'GET /api/v1/tail': read('New matches as they come', { query: tailRequestSchema, answer: 'text/event-stream' }),
  'POST /api/v1/sql': read('Read-only SQL on the caller’s projects', {
    body: sqlRequestSchema,
    answer: sqlResponseSchema,
  }),
  'GET /clickhouse': read('ClickHouse’s HTTP dialect, for BI tools', { answer: '*/*' }),
  'POST /clickhouse': read('ClickHouse’s HTTP dialect, for BI tools', { body: 'text/plain', answer: '*/*' }),
  'GET /clickhouse/ping': health('ClickHouse’s ping', 'text/plain'),
};

export const SENDING: Operations = {
  'POST /api/v1/ingest': {
    summary: 'Events: JSON lines, a JSON array or object, or text; gzip, deflate, zstd. 202 once they are on disk',
    ...{ tag: 'Sending', query: ingestOptionsSchema, body: '*/*', answer: ingestResponseSchema, status: 202 },
  },
  'POST /loki/api/v1/push': receive('Loki push', 'application/x-protobuf'),
  'POST /api/v2/logs': receive('Datadog logs', json),
  'POST /aws/firehose': receive('Amazon Data Firehose', json),
  'POST /gcp/pubsub': receive('Google Pub/Sub push', json),
  'POST /azure/monitor': receive('Azure Monitor', json),
  'POST /services/collector': receive('Splunk HTTP Event Collector', json),
  'POST /v1/logs': receive('OTLP logs', 'application/x-protobuf'),
  'POST /v1/traces': receive('OTLP traces', 'application/x-protobuf'),
  'POST /v1/metrics': receive('OTLP metrics', 'application/x-protobuf'),
};

export const SERVER: Operations = {
  'GET /healthz': health('Whether the server is alive', json),
  'GET /readyz': health('Whether it can accept and answer, with reasons', json),
  'GET /metrics': health('Metrics for Prometheus', 'text/plain'),
  'GET /api/openapi.json': health('This document', json),
  'GET /api/docs': health('This document for people', 'text/html'),
};
