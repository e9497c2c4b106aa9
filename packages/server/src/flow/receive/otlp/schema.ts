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
