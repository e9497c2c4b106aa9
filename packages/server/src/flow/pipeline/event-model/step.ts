/**
 * A named expression of the load statement. Steps are computed in order; each may use the names of the steps before it. `sql` is
 * text of this program alone: values from users come as query parameters or as data of the frame index.
 */
export interface Step {
  readonly name: string;
  readonly sql: string;
}

/** Quotes a constant of this program as an SQL string. */
export const text = (constant: string): string => `'${constant.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** `[…]` of constant strings. */
export const textArray = (constants: readonly string[]): string => `[${constants.map(text).join(', ')}]`;

/**
 * `value` where `condition` (0 or 1) holds, else ''. Unlike `if` it is never computed under a mask: one `if` above others makes the
 * engine compute their rarely needed branches for every row (measured: 10 µs a row for the level of a document).
 */
export const textWhen = (condition: string, value: string): string =>
  `substring(${value}, 1, 1048576 * (${condition}))`;
