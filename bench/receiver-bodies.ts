import { LOGS_REQUEST } from '../packages/server/src/flow/receive/otlp/schema.ts';
import { fromJson, type Message } from '../packages/server/src/flow/receive/protobuf/from-json.ts';
import { eventBodies } from './generator.ts';

/** A receiver as `npm run bench -- receivers` measures it; another one is another row. */
export interface MeasuredReceiver {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One request with these events, each one of the generator's JSON documents. */
  readonly body: (events: readonly Record<string, string | number>[]) => Buffer;
}

export const RECEIVERS: readonly MeasuredReceiver[] = [
  {
    name: 'json-lines',
    path: '/api/v1/ingest',
    headers: {},
    body: (events) => Buffer.from(`${events.map((event) => JSON.stringify(event)).join('\n')}\n`),
  },
  {
    name: 'otlp, protobuf',
    path: '/v1/logs',
    headers: { 'content-type': 'application/x-protobuf' },
    body: (events) => fromJson(otlp(events), LOGS_REQUEST),
  },
  {
    name: 'otlp, JSON',
    path: '/v1/logs',
    headers: { 'content-type': 'application/json' },
    body: (events) => Buffer.from(JSON.stringify(otlp(events))),
  },
  {
    name: 'loki, protobuf',
    path: '/loki/api/v1/push',
    headers: { 'content-type': 'application/x-protobuf' },
    body: (events) => snappy(fromJson({ streams: lokiStreams(events) }, LOKI_PUSH)),
  },
  {
    name: 'loki, JSON',
    path: '/loki/api/v1/push',
    headers: { 'content-type': 'application/json' },
    body: (events) => Buffer.from(JSON.stringify({ streams: lokiJson(events) })),
  },
  {
    name: 'splunk-hec',
    path: '/services/collector/event',
    headers: {},
    body: (events) =>
      Buffer.from(
        events
          .map(({ timestamp, host, ...event }) =>
            JSON.stringify({ time: Date.parse(String(timestamp)) / 1_000, host, event }),
          )
          .join(''),
      ),
  },
  {
    name: 'datadog',
    path: '/api/v2/logs',
    headers: { 'content-type': 'application/json' },
    body: (events) =>
      Buffer.from(
        JSON.stringify(
          events.map(({ timestamp, level, host, environment, ...rest }) => ({
            timestamp: Date.parse(String(timestamp)),
            status: level,
            hostname: host,
            ddtags: `env:${environment},version:1.2`,
            ...rest,
          })),
        ),
      ),
  },
];

/** Different bodies of a receiver; a run sends them over and over. */
export function bodiesOf(receiver: MeasuredReceiver, eventsABody: number, bodies: number): Buffer[] {
  const lines = [...eventBodies(eventsABody * bodies)].flatMap((body) => body.toString().trimEnd().split('\n'));
  return Array.from({ length: bodies }, (_, i) =>
    receiver.body(lines.slice(i * eventsABody, (i + 1) * eventsABody).map((line) => JSON.parse(line))),
  );
}

const SEVERITIES: Readonly<Record<string, number>> = { debug: 5, info: 9, warn: 13, error: 17 };

/** As a collector in front of twenty services sends them. */
function otlp(events: readonly Record<string, string | number>[]): object {
  const groups = Map.groupBy(events, ({ service }) => service);
  return {
    resourceLogs: [...groups].map(([service, group]) => ({
      resource: {
        attributes: attributes({
          'service.name': String(service),
          'deployment.environment.name': 'prod',
          'host.name': 'web-1',
        }),
      },
      scopeLogs: [
        {
          scope: { name: 'bench' },
          logRecords: group.map(
            ({ timestamp, level, message, trace_id, service: _s, environment: _e, host: _h, ...rest }) => ({
              timeUnixNano: `${Date.parse(String(timestamp))}000000`,
              severityNumber: SEVERITIES[String(level)],
              body: { stringValue: message },
              attributes: attributes(rest),
              traceId: trace_id,
            }),
          ),
        },
      ],
    })),
  };
}

const attributes = (fields: Record<string, string | number>): object[] =>
  Object.entries(fields).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: value }
          : { doubleValue: value },
  }));

/** Loki's PushRequest. */
const LABEL: Message = { name: [1, 'string'], value: [2, 'string'] };
const ENTRY: Message = {
  timestamp: [1, () => ({ seconds: [1, 'int64'], nanos: [2, 'uint32'] })],
  line: [2, 'string'],
  structuredMetadata: [3, () => LABEL],
};
const LOKI_PUSH: Message = { streams: [1, () => ({ labels: [1, 'string'], entries: [2, () => ENTRY] })] };

type Events = readonly Record<string, string | number>[];
const streamsOf = (events: Events) => [...Map.groupBy(events, ({ service }) => service)];

/** As an agent sends the lines of twenty services, with what it knows of them in structured metadata. */
const lokiStreams = (events: Events): object[] =>
  streamsOf(events).map(([service, group]) => ({
    labels: `{service_name="${service}", env="prod"}`,
    entries: group.map(({ timestamp, message, service: _s, environment: _e, ...rest }) => ({
      timestamp: { seconds: Math.floor(Date.parse(String(timestamp)) / 1_000), nanos: 123_456_789 },
      line: message,
      structuredMetadata: Object.entries(rest).map(([name, value]) => ({ name, value: String(value) })),
    })),
  }));

const lokiJson = (events: Events): object[] =>
  streamsOf(events).map(([service, group]) => ({
    stream: { service_name: service, env: 'prod' },
    values: group.map(({ timestamp, message, service: _s, environment: _e, ...rest }) => [
      `${Date.parse(String(timestamp))}123456`,
      message,
      Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
    ]),
  }));

/** Snappy's block format with literals alone: the receiver reads it all the same. */
function snappy(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) break;
  }
  const literal = Buffer.alloc(5);
  literal[0] = 0xfc;
  literal.writeUInt32LE(bytes.length - 1, 1);
  return Buffer.concat([Buffer.from(length), literal, bytes]);
}
