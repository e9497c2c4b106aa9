import type { LoadPart, Pipeline } from '#pipeline';

const PROJECT = /"project":"([a-z0-9-]{1,64})"/g;

/** The statements that load a segment: one for all projects without a pipeline, one for each with one. */
export function partsOf(frames: string, pipelines: ReadonlyMap<string, Pipeline>): LoadPart[] {
  if (pipelines.size === 0) return [{ kind: 'plain', except: [] }];
  const projects = new Set([...frames.matchAll(PROJECT)].map((match) => match[1] ?? ''));
  const own = [...projects].sort().flatMap((project): (LoadPart & { kind: 'pipeline' })[] => {
    const pipeline = pipelines.get(project);
    return pipeline === undefined ? [] : [{ kind: 'pipeline', project, pipeline }];
  });
  if (own.length === projects.size) return own;
  return [{ kind: 'plain', except: own.map(({ project }) => project) }, ...own];
}

/** Each part of a segment is inserted once: `insert_deduplication_token`. */
export const tokenOf = (segment: string, part: LoadPart): string =>
  part.kind === 'plain' ? segment : `${segment}-pipeline-${part.project}`;

/** The same events without what their pipeline does to them, and with a word about it: for when the store refuses a statement with it. */
export const withoutProcessors = (part: LoadPart): LoadPart =>
  part.kind === 'plain' ? part : { ...part, pipeline: { ...part.pipeline, nodes: [], isRefused: true } };
