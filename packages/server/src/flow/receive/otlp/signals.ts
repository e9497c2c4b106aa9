import type { OtherSignal } from '#transport';
import type { Message } from '../protobuf/from-json.ts';
import type { LineWriter } from '../protobuf/line-writer.ts';
import { logLines } from './logs.ts';
import { metricLines } from './metrics.ts';
import { LOGS_REQUEST, METRICS_REQUEST, SPANS_REQUEST } from './schema.ts';
import { spanLines } from './spans.ts';

/** What differs from signal to signal. */
export interface Signal {
  readonly path: string;
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
    table: undefined,
    request: LOGS_REQUEST,
    decode: logLines,
    rejectedName: 'rejectedLogRecords',
  },
  { path: '/v1/traces', table: 'spans', request: SPANS_REQUEST, decode: spanLines, rejectedName: 'rejectedSpans' },
  {
    path: '/v1/metrics',
    table: 'metrics',
    request: METRICS_REQUEST,
    decode: metricLines,
    rejectedName: 'rejectedDataPoints',
  },
];
