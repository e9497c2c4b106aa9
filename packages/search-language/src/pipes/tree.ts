import type { Diagnostic, SearchNode, Span, Test, Token } from '../tree.ts';

/** A field of an event, or a column of a table. */
export interface Name extends Span {
  readonly name: string;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '=' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

/** What `where`, `eval`, `sort` and the arguments of aggregates are written in. */
export type Expression = Span &
  (
    | { readonly type: 'number'; readonly value: number }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'call'; readonly function: string; readonly arguments: readonly Expression[] }
    | { readonly type: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression }
    | {
        readonly type: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    /** A condition of the search language: `level:error`. */
    | { readonly type: 'test'; readonly field: string; readonly test: Test }
  );

/** A number made of many rows: `p95(duration_ms) as slow`. */
export interface Aggregate extends Span {
  readonly function: string;
  readonly argument: Expression | null;
  /** Name that was given with `as`. */
  readonly as: string | null;
}

export interface SortKey {
  readonly by: Expression;
  readonly descending: boolean;
}

/** What each pipe is given. */
export interface PipeArguments {
  readonly count: { readonly by: readonly Name[]; readonly as: Name | null };
  /** `everyMs` null: from the time range. */
  readonly timechart: {
    readonly everyMs: number | null;
    readonly aggregates: readonly Aggregate[];
    readonly by: readonly Name[];
  };
  readonly top: { readonly limit: number; readonly fields: readonly Name[] };
  readonly rare: { readonly limit: number; readonly fields: readonly Name[] };
  readonly stats: { readonly aggregates: readonly Aggregate[]; readonly by: readonly Name[] };
  readonly where: { readonly condition: Expression };
  readonly sort: { readonly keys: readonly SortKey[] };
  readonly limit: { readonly count: number };
  readonly fields: { readonly fields: readonly Name[]; readonly exclude: boolean };
  /** `*` in the pattern stands for a value; `field` null: the message. */
  readonly parse: { readonly pattern: string; readonly field: Name | null; readonly names: readonly Name[] };
  readonly extract: { readonly source: string; readonly sourceSpan: Span; readonly field: Name | null };
  readonly eval: { readonly assignments: readonly { readonly name: Name; readonly value: Expression }[] };
  readonly patterns: Readonly<Record<never, never>>;
  readonly dedup: { readonly fields: readonly Name[] };
  readonly sample: { readonly count: number };
}

export type PipeName = keyof PipeArguments;
export type PipeOf<K extends PipeName> = Span & { readonly pipe: K } & PipeArguments[K];
export type Pipe = { [K in PipeName]: PipeOf<K> }[PipeName];

export type ValueType = 'text' | 'number' | 'boolean' | 'time';

export interface Column {
  readonly name: string;
  readonly type: ValueType;
}

/** What a pipe gets or gives. Of events, `columns` are those that pipes made: every other name is a field of the event. */
export interface Shape {
  readonly rows: 'events' | 'table';
  readonly columns: readonly Column[];
}

export interface ParsedQuery {
  /** Null matches everything. */
  readonly filter: SearchNode | null;
  readonly pipes: readonly Pipe[];
  /** What stands before each pipe, and after the last: one more than pipes. */
  readonly shapes: readonly Shape[];
  readonly diagnostics: readonly Diagnostic[];
  readonly tokens: readonly Token[];
}
