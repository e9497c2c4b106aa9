/** Character offsets in the text: from (included) to (excluded). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Text of a value with the wildcards that stood outside quotes: literal parts between `*`. `['time', '']` is `time*`. */
export type Pattern = readonly string[];

/** What a condition on a field (or on the message, for a bare word) asks of its value. */
export type Test =
  /** The value, or a word of the message. `quoted` values are exact and never numbers. */
  | { readonly kind: 'is'; readonly value: string; readonly quoted: boolean }
  | { readonly kind: 'like'; readonly pattern: Pattern }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'exists' }
  | {
      readonly kind: 'compare';
      readonly operator: '>' | '>=' | '<' | '<=' | '=';
      readonly value: string;
      readonly quoted: boolean;
    }
  /** null: open end. */
  | {
      readonly kind: 'range';
      readonly low: string | null;
      readonly high: string | null;
      readonly includesLow: boolean;
      readonly includesHigh: boolean;
    }
  | { readonly kind: 'any'; readonly tests: readonly Test[] };

export type SearchNode =
  | (Span & { readonly type: 'and'; readonly parts: readonly SearchNode[] })
  | (Span & { readonly type: 'or'; readonly parts: readonly SearchNode[] })
  | (Span & { readonly type: 'not'; readonly part: SearchNode })
  /** A bare word, phrase, pattern or expression: about the message. */
  | (Span & { readonly type: 'text'; readonly test: Test })
  | (Span & { readonly type: 'field'; readonly field: string; readonly fieldSpan: Span; readonly test: Test });

/** What is wrong with a search. `code` is stable, for translation; `message` is English. */
export interface Diagnostic extends Span {
  readonly code:
    | 'expected_condition'
    | 'expected_value'
    | 'unclosed_group'
    | 'unclosed_quote'
    | 'unclosed_regex'
    | 'unclosed_range'
    | 'expected_to'
    | 'unexpected'
    | 'no_pipes'
    | 'too_deep'
    | 'empty_regex'
    | PipeProblem;
  readonly message: string;
  /** Words of the message that differ from case to case, for translation. */
  readonly values?: Readonly<Record<string, string>>;
  /** What would be right in place of the span. */
  readonly suggestion?: string;
}

/** What may be wrong behind a `|`. */
export type PipeProblem =
  | 'expected'
  | 'unknown_pipe'
  | 'unknown_function'
  | 'unknown_column'
  | 'argument_count'
  | 'duplicate_column'
  | 'not_a_condition'
  | 'not_a_value'
  | 'not_a_number'
  | 'names_differ'
  | 'no_group'
  | 'out_of_range'
  | 'needs_events'
  | 'no_columns'
  | 'must_be_last'
  | 'too_many';

/** A token for colouring. */
export interface Token extends Span {
  readonly kind:
    | 'field'
    | 'value'
    | 'number'
    | 'phrase'
    | 'regex'
    | 'operator'
    | 'keyword'
    | 'bracket'
    | 'wildcard'
    | 'pipe'
    | 'function'
    | 'invalid';
}
