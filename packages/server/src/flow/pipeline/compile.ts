import { conditionOf } from './conditions.ts';
import type { Node } from './definition.ts';
import type { EventState, Snapshot } from './event-state.ts';
import { COLUMNS, eventSteps, pipelineSteps } from './event-steps.ts';
import { FRAMED_NAMES, framedLines, type LoadShape } from './framed-lines.ts';
import { layeredSelect } from './layers.ts';
import { Literals } from './literals.ts';
import type { Pipeline } from './pipeline.ts';

/** Whose lines a statement reads, and what is done with them. */
export type LoadPart =
  /** Those of all projects but some, as they were sent. */
  | { readonly kind: 'plain'; readonly except: readonly string[] }
  /** Those of one project, through its pipeline. */
  | { readonly kind: 'pipeline'; readonly project: string; readonly pipeline: Pipeline };

/** A pipeline makes a statement long and deep; each limit is far above what a pipeline of the most processors needs. */
export const STATEMENT_SETTINGS = {
  max_query_size: '16777216',
  max_ast_elements: '2000000',
  max_expanded_ast_elements: '4000000',
  max_ast_depth: '20000',
  max_subquery_depth: '5000',
} as const;

const EVERYTHING: LoadPart = { kind: 'plain', except: [] };

const named = (columns: typeof COLUMNS): string[] => columns.map(([column, sql]) => `${sql} AS out_${column}`);

/** The SELECT that turns a segment into rows of `logs`. One implementation for loading, previews and re-processing. */
export function compileSelect(shape: LoadShape, part: LoadPart = EVERYTHING): string {
  const literals = new Literals();
  if (part.kind === 'plain') {
    const rows = framedLines(shape, { except: part.except }, literals);
    return literals.write(
      layeredSelect({ rows, rowNames: FRAMED_NAMES, steps: eventSteps(shape), columns: named(COLUMNS) }),
    );
  }
  const { pipeline, project } = part;
  const { steps, columns, keep } = pipelineSteps(
    shape,
    literals,
    (state) => compileNodes(state, pipeline.nodes, false),
    pipeline,
  );
  return literals.write(
    layeredSelect({
      rows: framedLines(shape, { only: project, except: [] }, literals),
      rowNames: FRAMED_NAMES,
      steps,
      columns: named(columns),
      ...(keep === undefined ? {} : { keep }),
    }),
  );
}

/** The statement of a preview: its columns are those of an event and of each step (`PREVIEW`). */
export interface PreviewStatement {
  readonly sql: string;
  readonly processors: readonly {
    readonly path: string;
    readonly label: string;
    readonly reasons: readonly string[];
  }[];
  /** Expressions to be checked by the engine before anything else. */
  readonly regexes: EventState['regexes'];
}

/**
 * The same SELECT with what every processor left: `given` and `step_0`, `step_1`, … are JSON objects of columns and attributes, `failed_N` the numbers (from 1) of
 * the processor's reasons that hold, `dropped_N` is 1 where the event is dropped by then; `dropped` at the end.
 */
export function compilePreview(shape: LoadShape, project: string, pipeline: Pipeline): PreviewStatement {
  const literals = new Literals();
  const { steps, columns, state, given } = pipelineSteps(
    shape,
    literals,
    (state) => compileNodes(state, pipeline.nodes, true),
    pipeline,
  );
  const fields = (at: Pick<Snapshot, 'columns' | 'attributes'>): string => {
    const names = [...at.columns.keys()].map((column) => `'${column}'`).join(', ');
    const values = [...at.columns.values()].map((name) => `toString(${name})`).join(', ');
    return `toJSONString(mapConcat(mapFilter((k, v) -> v != '', CAST(([${names}], [${values}]), 'Map(String, String)')), CAST(${at.attributes}, 'Map(String, String)')))`;
  };
  const shown = state.snapshots.flatMap((at, i) => [
    `${fields(at)} AS step_${i}`,
    `arrayFilter(i -> i > 0, [0${at.failures.map(({ failed }, n) => `, if(${failed}, ${n + 1}, 0)`).join('')}]) AS failed_${i}`,
    `toUInt8(${at.dropped}) AS dropped_${i}`,
  ]);
  const sql = layeredSelect({
    rows: framedLines(shape, { only: project, except: [] }, literals),
    rowNames: FRAMED_NAMES,
    steps,
    columns: [
      ...named(columns),
      `${fields(given)} AS given`,
      'line AS shown_line',
      `toUInt8(${state.dropped()}) AS dropped`,
      ...shown,
    ],
  });
  return {
    sql: literals.write(sql),
    processors: state.snapshots.map(({ path, label, failures }) => ({
      path,
      label,
      reasons: failures.map(({ reason }) => reason),
    })),
    regexes: state.regexes,
  };
}

/** The plain SELECT up to some expressions over steps; for measuring the steps. */
export function selectOf(shape: LoadShape, columns: readonly string[]): string {
  const literals = new Literals();
  const rows = framedLines(shape, { except: [] }, literals);
  return layeredSelect({ rows, rowNames: FRAMED_NAMES, steps: eventSteps(shape), columns });
}

/** The whole load statement. Parameters: first_event_id, retention_days, retention_projects, retention_of_projects, zone_N, and lines_path and frames_path, or segment (its token, in `segment_frames`), or lines and frames. */
export function compileLoad(shape: LoadShape, part: LoadPart = EVERYTHING): string {
  const names = COLUMNS.map(([column]) => column).join(', ');
  return `INSERT INTO logs (${names})\n${compileSelect(shape, part)}`;
}

/** Adds the steps of processors to a state, one after the other. */
function compileNodes(state: EventState, nodes: readonly Node[], snapshots: boolean): void {
  for (const node of nodes) {
    if (node.kind === 'if') {
      state.when(
        conditionOf(state, node.condition, `${node.path}.if`),
        () => compileNodes(state, node.matching, snapshots),
        () => compileNodes(state, node.others, snapshots),
      );
      continue;
    }
    const { path, label, when, run } = node;
    const compile = (): void =>
      run(state, { path, condition: (query, option) => conditionOf(state, query, `${path}.${option}`) });
    state.processor(
      path,
      label,
      when === undefined ? compile : () => state.when(conditionOf(state, when, `${path}.when`), compile),
      snapshots,
    );
  }
}
