import { nearestOf } from '@moalog/search-language';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { PipelineError, type PipelinePlace, refuse } from './pipeline-error.ts';
import { type ProcessorKind, readWith } from './processor.ts';
import { PROCESSORS } from './processors/index.ts';

/** All processors of a pipeline, those inside of conditions too. */
const MAX_PROCESSORS = 200;
const MAX_NESTING = 8;

const condition = z.string().min(1).max(10_000);
const id = z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, dots, dashes and _, 64 at most');
const commonSchema = z.looseObject({ type: z.string(), id: id.optional(), when: condition.optional() });
const ifSchema = z.strictObject({
  if: condition,
  id: id.optional(),
  do: z.array(z.unknown()).default([]),
  else: z.array(z.unknown()).default([]),
});
const pipelineSchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  /** Keeps each event's line as it was sent, in `moalog.raw`. */
  keep_raw: z.boolean().default(false),
  processors: z.array(z.unknown()).max(MAX_PROCESSORS).default([]),
});

/** A processor as it is written, read and ready to be compiled. */
export type Node =
  | {
      readonly kind: 'processor';
      readonly path: string;
      readonly label: string;
      readonly when: string | undefined;
      readonly run: ReturnType<ProcessorKind['prepare']>;
    }
  | {
      readonly kind: 'if';
      readonly path: string;
      readonly condition: string;
      readonly matching: readonly Node[];
      readonly others: readonly Node[];
    };

/** What people write: a description, and processors in their order. */
export interface Definition {
  readonly nodes: readonly Node[];
  readonly keepRaw: boolean;
}

/** Reads a pipeline from YAML or JSON text; throws PipelineError with every wrong place. */
export function readDefinitionText(text: string): Definition {
  const document = parseDocument(text, { prettyErrors: true });
  const [first] = document.errors;
  if (first !== undefined) {
    const [from, to] = first.pos;
    throw refuse('', first.message.split('\n')[0] ?? 'the text is no YAML', { from, to });
  }
  return readDefinition(document.toJS({ maxAliasCount: 100 }));
}

/** The same places with where they stand in the text: the option, its processor, or what there is of the way to it. */
export function placesInText(text: string, places: readonly PipelinePlace[]): PipelinePlace[] {
  const document = parseDocument(text);
  if (document.errors.length > 0) return [...places];
  return places.map((place) => {
    const way = place.path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    for (; way.length > 0; way.pop()) {
      const node: unknown = document.getIn(way, true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
      if (Array.isArray(range)) return { ...place, from: Number(range[0]), to: Number(range[1]) };
    }
    return place;
  });
}

/** Reads a pipeline; throws PipelineError with every wrong place. */
export function readDefinition(written: unknown): Definition {
  const { processors, keep_raw } = readWith(pipelineSchema, written ?? {}, '');
  const places: PipelinePlace[] = [];
  let count = 0;
  const readAll = (list: readonly unknown[], path: string, label: string, depth: number): Node[] =>
    list.flatMap((given, i) => {
      try {
        count++;
        if (count > MAX_PROCESSORS) throw refuse(path, `a pipeline has at most ${MAX_PROCESSORS} processors`);
        if (depth > MAX_NESTING) throw refuse(path, `conditions nest at most ${MAX_NESTING} deep`);
        return [readNode(given, `${path}.${i}`, `${label}${i + 1}`, depth)];
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        places.push(...error.places);
        return [];
      }
    });
  function readNode(given: unknown, path: string, number: string, depth: number): Node {
    if (typeof given === 'object' && given !== null && 'if' in given) {
      const read = readWith(ifSchema, given, path);
      const inner = (branch: 'do' | 'else'): Node[] =>
        readAll(read[branch], `${path}.${branch}`, `${read.id ?? number}.${branch}.`, depth + 1);
      return { kind: 'if', path, condition: read.if, matching: inner('do'), others: inner('else') };
    }
    const { type, id, when, ...options } = readWith(commonSchema, given, path);
    const kind = PROCESSORS.find((each) => each.type === type);
    if (kind === undefined) {
      const [near] = nearestOf(
        type,
        PROCESSORS.map((each) => each.type),
      );
      throw refuse(
        `${path}.type`,
        `there is no processor ${JSON.stringify(type)}${near === undefined ? '' : `; did you mean ${near}?`}`,
      );
    }
    return { kind: 'processor', path, label: id ?? `${number} ${type}`, when, run: kind.prepare(options, path) };
  }
  const nodes = readAll(processors, 'processors', '', 0);
  if (places.length > 0) throw new PipelineError(places);
  return { nodes, keepRaw: keep_raw };
}
