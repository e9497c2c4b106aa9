import { z } from 'zod';
import type { EventState } from './event-state.ts';
import { PipelineError } from './pipeline-error.ts';

/** What a processor may use beside its options. */
export interface CompileContext {
  /** Path of the processor in the definition: `processors.2`. */
  readonly path: string;
  /** A search as an SQL condition over the event as it is at this place. */
  condition(query: string, path: string): string;
}

/** One member of the family: its options, and what it does to an event. */
export interface ProcessorKind {
  readonly type: string;
  /** One sentence for people. */
  readonly about: string;
  /** JSON schema of its options. */
  schema(): unknown;
  /** Reads options; throws PipelineError with places below `path`. */
  prepare(options: unknown, path: string): (state: EventState, context: CompileContext) => void;
}

/** Options that every processor has are read before: `type`, `id`, `when`. */
export function processor<Shape extends z.ZodRawShape>(
  type: string,
  about: string,
  shape: Shape,
  compile: (state: EventState, options: z.infer<z.ZodObject<Shape>>, context: CompileContext) => void,
): ProcessorKind {
  const schema = z.strictObject(shape);
  return {
    type,
    about,
    schema: () => z.toJSONSchema(schema, { io: 'input' }),
    prepare(given, path) {
      const options = readWith(schema, given, path);
      return (state, context) => compile(state, options, context);
    },
  };
}

export function readWith<T extends z.ZodType>(schema: T, given: unknown, path: string): z.infer<T> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new PipelineError(
    read.error.issues.map((issue) => ({ path: [path, ...issue.path].join('.'), message: messageOf(issue) })),
  );
}

/** What is wrong with a key is said one deeper. */
const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
