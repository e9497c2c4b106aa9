import { LOGS_REQUEST } from '../packages/server/src/flow/receive/otlp/schema.ts';
import { fromJson } from '../packages/server/src/flow/receive/protobuf/from-json.ts';
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
