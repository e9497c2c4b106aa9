import { MoalogError } from '#errors';
import { varint } from '../protobuf/from-json.ts';

export type Encoding = 'protobuf' | 'json';

export const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** Codes of gRPC (https://grpc.github.io/grpc/core/md_doc_statuscodes.html) for the statuses of our errors. */
const GRPC_CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  408: 4, // DEADLINE_EXCEEDED
  413: 3,
  415: 3,
  429: 8, // RESOURCE_EXHAUSTED
  503: 14, // UNAVAILABLE
  507: 14,
};
const [UNAVAILABLE, INTERNAL] = [14, 13];
/** Clients that get no time of their own from an error wait so long. */
const DEFAULT_RETRY_S = 5;
const RETRY_INFO = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');

/** A server that is behind is "unavailable" (the words of OTLP's specification), which every client tries again. */
export const grpcCode = ({ code, status }: MoalogError): number =>
  code === 'back_pressure' ? UNAVAILABLE : (GRPC_CODES[status] ?? INTERNAL);

/** google.rpc.Status for gRPC's trailers: with the time after which to send again, where that makes sense. */
export function grpcStatusDetails(error: MoalogError): Buffer {
  const { retryAfterS } = error;
  const again = error.status === 429 || error.status === 503 || error.status === 507;
  const status = statusAnswer('protobuf', error);
  if (!again) return status;
  const delay = Buffer.concat([varint(1 << 3), varint(Math.ceil(retryAfterS ?? DEFAULT_RETRY_S))]);
  const any = Buffer.concat([field(1, RETRY_INFO), field(2, field(1, delay))]);
  return Buffer.concat([status, field(3, any)]);
}

/** Exporters send again on 429, 502, 503 and 504 alone, so a full disk is 503. */
export const httpStatus = ({ status }: MoalogError): number => (status === 507 ? 503 : status);

/** Export…ServiceResponse: empty, or with a warning for people when records were cut. No record is refused. */
export function exportAnswer(encoding: Encoding, rejectedName: string, cutRows: number): Buffer {
  const errorMessage =
    cutRows === 0 ? '' : `${cutRows} of the records were larger than 1 MB. They are stored, cut to that size.`;
  if (encoding === 'json')
    return Buffer.from(
      JSON.stringify(errorMessage === '' ? {} : { partialSuccess: { [rejectedName]: '0', errorMessage } }),
    );
  return errorMessage === '' ? Buffer.alloc(0) : field(1, field(2, Buffer.from(errorMessage)));
}

/** google.rpc.Status in the encoding of the request. */
export function statusAnswer(encoding: Encoding, error: MoalogError): Buffer {
  const code = grpcCode(error);
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message: error.message, details: [] }));
  return Buffer.concat([varint(1 << 3), varint(code), field(2, Buffer.from(error.message))]);
}

const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);

/** The encoding of a request by its content type; protobuf also when it names none. Null when it is another. */
export function encodingOf(contentType: string | undefined): Encoding | null {
  const type = typeOf(contentType);
  if (type === 'application/json') return 'json';
  return type === '' || type === 'application/x-protobuf' || type === 'application/protobuf' ? 'protobuf' : null;
}

export const unsupported = (contentType: string | undefined): MoalogError =>
  new MoalogError(
    'unsupported_encoding',
    `OTLP over HTTP is application/x-protobuf or application/json, not ${typeOf(contentType)}. Set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf or http/json.`,
  );

const typeOf = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
