import type { FrameHeader, OtherSignal } from '#transport';
import { inTurns } from '../event-line/index.ts';
import type { Message } from '../protobuf/from-json.ts';
import { LineWriter } from '../protobuf/line-writer.ts';
import { logLines } from './logs.ts';
import { metricLines } from './metrics.ts';
import { LOGS_REQUEST, METRICS_REQUEST, SPANS_REQUEST } from './schema.ts';
import { spanLines } from './spans.ts';

/** What differs from signal to signal. */
export interface Signal {
  readonly path: string;
  /** The call of gRPC. */
  readonly method: string;
  /** Where its lines go when they are no log events. */
  readonly table: OtherSignal | undefined;
  readonly request: Message;
  readonly decode: (bytes: Buffer, out: LineWriter) => Iterable<void>;
  /** Name of the count of refused items in the answer. */
  readonly rejectedName: string;
}

export const SIGNALS: readonly Signal[] = [
  {
    path: '/v1/logs',
    method: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
    table: undefined,
    request: LOGS_REQUEST,
    decode: logLines,
    rejectedName: 'rejectedLogRecords',
  },
  {
    path: '/v1/traces',
    method: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    table: 'spans',
    request: SPANS_REQUEST,
    decode: spanLines,
    rejectedName: 'rejectedSpans',
  },
  {
    path: '/v1/metrics',
    method: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    table: 'metrics',
    request: METRICS_REQUEST,
    decode: metricLines,
    rejectedName: 'rejectedDataPoints',
  },
];

/** Decodes a request's protobuf, letting others have the thread in between. Throws invalid_body. */
export async function decodeSignal({ decode }: Signal, bytes: Buffer): Promise<LineWriter> {
  const out = new LineWriter(bytes.length);
  await inTurns(decode(bytes, out), () => undefined);
  return out;
}

/** The frame header of a signal's lines. */
export const headerFor = ({ table }: Signal, header: FrameHeader): FrameHeader =>
  table === undefined ? header : { ...header, signal: table };
