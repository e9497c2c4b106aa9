import type { Message } from '../protobuf/from-json.ts';

/** OTLP's messages in their JSON form: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
const ANY_VALUE: Message = {
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'int64'],
  doubleValue: [4, 'double'],
  arrayValue: [5, () => ({ values: [1, () => ANY_VALUE] })],
  kvlistValue: [6, () => ({ values: [1, () => KEY_VALUE] })],
  bytesValue: [7, 'base64'],
};
const KEY_VALUE: Message = { key: [1, 'string'], value: [2, () => ANY_VALUE] };
const ATTRIBUTES = () => KEY_VALUE;
const RESOURCE: Message = { attributes: [1, ATTRIBUTES] };
const SCOPE: Message = { name: [1, 'string'], version: [2, 'string'], attributes: [3, ATTRIBUTES] };

/** The three outer messages are alike for all signals. */
function request(name: string, scopeName: string, itemName: string, item: Message): Message {
  const scopeItem: Message = { scope: [1, () => SCOPE], [itemName]: [2, () => item] };
  const resourceItem: Message = { resource: [1, () => RESOURCE], [scopeName]: [2, () => scopeItem] };
  return { [name]: [1, () => resourceItem] };
}

export const LOGS_REQUEST = request('resourceLogs', 'scopeLogs', 'logRecords', {
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'enum'],
  severityText: [3, 'string'],
  body: [5, () => ANY_VALUE],
  attributes: [6, ATTRIBUTES],
  droppedAttributesCount: [7, 'uint32'],
  flags: [8, 'fixed32'],
  traceId: [9, 'hex'],
  spanId: [10, 'hex'],
  observedTimeUnixNano: [11, 'fixed64'],
  eventName: [12, 'string'],
});

export const SPANS_REQUEST = request('resourceSpans', 'scopeSpans', 'spans', {
  traceId: [1, 'hex'],
  spanId: [2, 'hex'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'hex'],
  name: [5, 'string'],
  kind: [6, 'enum'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, ATTRIBUTES],
  events: [11, () => ({ timeUnixNano: [1, 'fixed64'], name: [2, 'string'], attributes: [3, ATTRIBUTES] })],
  links: [
    13,
    () => ({ traceId: [1, 'hex'], spanId: [2, 'hex'], traceState: [3, 'string'], attributes: [4, ATTRIBUTES] }),
  ],
  status: [15, () => ({ message: [2, 'string'], code: [3, 'enum'] })],
});

const TIMES = { startTimeUnixNano: [2, 'fixed64'], timeUnixNano: [3, 'fixed64'] } as const;
const NUMBER_POINT: Message = {
  ...TIMES,
  asDouble: [4, 'double'],
  asInt: [6, 'sfixed64'],
  attributes: [7, ATTRIBUTES],
  flags: [8, 'uint32'],
};
const HISTOGRAM_POINT: Message = {
  ...TIMES,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, 'fixed64'],
  explicitBounds: [7, 'double'],
  attributes: [9, ATTRIBUTES],
  flags: [10, 'uint32'],
  min: [11, 'double'],
  max: [12, 'double'],
};
const BUCKETS: Message = { offset: [1, 'sint32'], bucketCounts: [2, 'int64'] };
const EXPONENTIAL_POINT: Message = {
  ...TIMES,
  attributes: [1, ATTRIBUTES],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, () => BUCKETS],
  negative: [9, () => BUCKETS],
  flags: [10, 'uint32'],
  min: [12, 'double'],
  max: [13, 'double'],
  zeroThreshold: [14, 'double'],
};
const SUMMARY_POINT: Message = {
  ...TIMES,
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, () => ({ quantile: [1, 'double'], value: [2, 'double'] })],
  attributes: [7, ATTRIBUTES],
  flags: [8, 'uint32'],
};
const points = (point: Message): (() => Message) => {
  const data: Message = { dataPoints: [1, () => point], aggregationTemporality: [2, 'enum'], isMonotonic: [3, 'bool'] };
  return () => data;
};

export const METRICS_REQUEST = request('resourceMetrics', 'scopeMetrics', 'metrics', {
  name: [1, 'string'],
  unit: [3, 'string'],
  gauge: [5, points(NUMBER_POINT)],
  sum: [7, points(NUMBER_POINT)],
  histogram: [9, points(HISTOGRAM_POINT)],
  exponentialHistogram: [10, points(EXPONENTIAL_POINT)],
  summary: [11, points(SUMMARY_POINT)],
});
