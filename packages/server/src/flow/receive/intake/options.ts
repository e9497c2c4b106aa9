import { type IngestOptions, ingestOptionsSchema } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MoalogError } from '#errors';
import type { FrameHeader } from '#transport';

/** What the sender says about all events of the request: query parameters, else headers (`X-Moalog-Time-Field`). */
export function readOptions(request: FastifyRequest): IngestOptions {
  const query = request.query as Record<string, string | string[] | undefined>; // Fastify's default query parser gives these
  const given: Record<string, string> = {};
  for (const name of Object.keys(ingestOptionsSchema.shape)) {
    const value = first(query[name]) ?? asUtf8(first(request.headers[`x-moalog-${name.replaceAll('_', '-')}`]));
    if (value !== undefined && value !== '') given[name] = value;
  }
  const parsed = ingestOptionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new MoalogError('invalid_request', places.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    places,
  });
}

/** Of a caller that is bound to an environment: its events are of that one unless they say otherwise themselves; a request for another is refused. */
export function inEnvironment(options: IngestOptions, environment: string | undefined): IngestOptions {
  if (environment === undefined || options.environment === environment) return options;
  if (options.environment === undefined) return { ...options, environment };
  throw new MoalogError(
    'forbidden',
    `This key is bound to the environment ${environment} and may not send for ${options.environment}.`,
  );
}

/** The options as a frame header. `source` is the receiver's name unless the sender names one. */
export function headerOf(options: IngestOptions, project: string, source: string, receivedAt: number): FrameHeader {
  const time = names(options.time_field);
  const message = names(options.message_field);
  const level = names(options.level_field);
  const timezone = options.timezone === undefined ? undefined : zoneOf(options.timezone);
  const attributes = options.attributes === undefined ? undefined : attributesOf(options.attributes);
  return {
    project,
    source: options.source ?? source,
    receivedAt,
    defaults: {
      ...(options.service !== undefined && { service: options.service }),
      ...(options.environment !== undefined && { environment: options.environment }),
      ...(options.host !== undefined && { host: options.host }),
      ...(attributes !== undefined && { attributes }),
    },
    fields: { ...(time && { time }), ...(message && { message }), ...(level && { level }) },
    ...(timezone !== undefined && { timezone }),
    ...(options.batch_id !== undefined && { batchId: options.batch_id }),
  };
}

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** Node reads headers as Latin-1; senders put UTF-8 there. What is no UTF-8 stays as Node read it. */
function asUtf8(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = Buffer.from(value, 'latin1').toString('utf8');
  return text.includes('�') ? value : text;
}

function names(list: string | undefined): string[] | undefined {
  const parts = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return parts.length === 0 ? undefined : parts;
}

const attributesSchema = z.record(z.string().min(1).max(512), z.string());

function attributesOf(json: string): Readonly<Record<string, string>> {
  try {
    return attributesSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new MoalogError('invalid_request', 'attributes: is no JSON object of texts. Send {"name":"value"}.', {
      places: [{ path: 'attributes', message: 'is no JSON object of texts' }],
      cause: error,
    });
  }
}

/** The zone's canonical name. Offsets (`+09:00`) are no zones for the engine. */
function zoneOf(name: string): string {
  if (/^[A-Za-z]/.test(name)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    } catch {
      // told below
    }
  }
  throw new MoalogError('invalid_request', `timezone: ${name} is not an IANA zone. Send a name such as Asia/Seoul.`, {
    places: [{ path: 'timezone', message: 'is not an IANA zone' }],
  });
}
