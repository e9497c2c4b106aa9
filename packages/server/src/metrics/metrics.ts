import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Moalog's own metrics. One registry a server, handed down from main.ts. Names: moalog_<noun>_<unit>_total. */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'moalog_' });
  const registers = [registry];
  return {
    registry,
    acceptedEvents: new Counter({
      name: 'moalog_accepted_events_total',
      help: 'Events acknowledged to senders',
      labelNames: ['receiver'],
      registers,
    }),
    acceptedBytes: new Counter({
      name: 'moalog_accepted_bytes_total',
      help: 'Bytes of event lines acknowledged to senders',
      labelNames: ['receiver'],
      registers,
    }),
    rejectedRequests: new Counter({
      name: 'moalog_rejected_requests_total',
      help: 'Ingest requests refused, by reason (error code)',
      labelNames: ['receiver', 'reason'],
      registers,
    }),
    rejectedEvents: new Counter({
      name: 'moalog_rejected_events_total',
      help: 'Single events refused in requests that were answered item by item',
      labelNames: ['receiver', 'reason'],
      registers,
    }),
    duplicateBatches: new Counter({
      name: 'moalog_duplicate_batches_total',
      help: 'Batches dropped because their id was accepted before',
      labelNames: ['receiver'],
      registers,
    }),
    listenerConnections: new Gauge({
      name: 'moalog_listener_connections',
      help: 'Open connections of TCP and TLS listeners',
      labelNames: ['receiver'],
      registers,
    }),
    spooledBytes: new Counter({ name: 'moalog_spooled_bytes_total', help: 'Bytes written to the spool', registers }),
    spoolSyncSeconds: new Histogram({
      name: 'moalog_spool_sync_seconds',
      help: 'Time of one write and fsync of the spool',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
      registers,
    }),
    backlogBytes: new Gauge({
      name: 'moalog_backlog_bytes',
      help: 'Bytes accepted and not yet in the store',
      registers,
    }),
    backlogSeconds: new Gauge({
      name: 'moalog_backlog_age_seconds',
      help: 'Age of the oldest bytes accepted and not yet in the store',
      registers,
    }),
    loadedEvents: new Counter({
      name: 'moalog_loaded_events_total',
      help: 'Events inserted into the store',
      registers,
    }),
    loadedSegments: new Counter({
      name: 'moalog_loaded_segments_total',
      help: 'Segments inserted into the store',
      registers,
    }),
    loadFailures: new Counter({
      name: 'moalog_load_failures_total',
      help: 'Load statements that failed and are tried again',
      registers,
    }),
    setAsideSegments: new Counter({
      name: 'moalog_set_aside_segments_total',
      help: 'Segments that the store refused for what they contain, kept in the spool directory',
      registers,
    }),
    loadSeconds: new Histogram({
      name: 'moalog_load_seconds',
      help: 'Time of one load statement',
      buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
    querySeconds: new Histogram({
      name: 'moalog_query_seconds',
      help: 'Time of a query until its last byte, by question',
      labelNames: ['question'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    queryFailures: new Counter({
      name: 'moalog_query_failures_total',
      help: 'Queries that ended in an error, by question and reason',
      labelNames: ['question', 'reason'],
      registers,
    }),
    engineRestarts: new Counter({
      name: 'moalog_engine_restarts_total',
      help: 'Times the engine process was started again',
      registers,
    }),
    engineResidentBytes: new Gauge({
      name: 'moalog_engine_resident_bytes',
      help: 'Resident memory of the engine process',
      registers,
    }),
    tailClients: new Gauge({ name: 'moalog_tail_clients', help: 'Open live tails', registers }),
    tailSkippedEvents: new Counter({
      name: 'moalog_tail_skipped_events_total',
      help: 'Events a live tail left out because they came too fast',
      registers,
    }),
  };
}
