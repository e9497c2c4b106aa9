import { problemSchema } from '@moalog/contract';
import { OPERATIONS, type Operation } from '@moalog/contract/operations';
import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** JSON Schema 2020-12, which OpenAPI 3.1 speaks. What a schema cannot say in JSON Schema is left open. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const contentOf = (what: z.ZodType | string, io: 'input' | 'output'): Json =>
  typeof what === 'string' ? { [what]: {} } : { 'application/json': { schema: schemaOf(what, io) } };

/** `/api/v1/keys/:id` → `/api/v1/keys/{id}`; what a `*` stands for is `{path}`. */
const pathOf = (url: string): string => url.replace(/:(\w+)/g, '{$1}').replace('*', '{path}');

function parametersOf(path: string, query: z.ZodObject | undefined): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', required: !schema.safeParse(undefined).success },
    schema: schemaOf(schema, 'input'),
  }));
  return [...inPath, ...inQuery];
}

function operationOf(method: string, path: string, known: Operation | undefined): Json {
  const { summary = `${method} ${path}`, tag = path.startsWith('/api/') ? 'Other' : 'Sending' } = known ?? {};
  const status = known?.status ?? (known === undefined || known.answer !== undefined ? 200 : 204);
  const parameters = parametersOf(path, known?.query);
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    tags: [tag],
    ...(known?.open === true && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(known?.body !== undefined && { requestBody: { content: contentOf(known.body, 'input') } }),
    responses: {
      [status]: {
        description: 'Success',
        ...(known?.answer !== undefined && { content: contentOf(known.answer, 'output') }),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The OpenAPI document of the routes (`GET /api/v1/keys`): each is in it, with all that is known of it. */
export function openApiDocument(routes: readonly string[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of [...new Set(routes)].sort()) {
    const [method = '', url = ''] = route.split(' ');
    if (method === 'OPTIONS' || (method === 'GET' && (url.startsWith('/assets') || url === '/*'))) continue;
    const path = pathOf(url === '' ? '/' : url);
    const operation = operationOf(method, path, OPERATIONS[route]);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Moalog',
      version,
      description:
        'Keys are sent as `Authorization: Bearer KEY`, `X-Api-Key: KEY` or Basic with the key as password; the console sends a cookie. Who may call what: docs/access.md.',
    },
    security: [{ bearer: [] }, { apiKey: [] }, { basic: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        basic: { type: 'http', scheme: 'basic' },
        session: { type: 'apiKey', in: 'cookie', name: 'moalog_session' },
      },
      responses: {
        Problem: {
          description: 'What went wrong (RFC 9457); `code` is explained in docs/errors',
          content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } },
        },
      },
    },
  };
}
