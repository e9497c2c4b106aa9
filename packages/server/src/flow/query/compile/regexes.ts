import type { SearchNode, Span, Test } from '@moalog/search-language';
import { MoalogError } from '#errors';
import type { Runner } from '../runner.ts';
import { invalidQuery } from './condition.ts';
import { join, sql } from './sql.ts';

/** An expression of a search, where it stands. */
export interface Regex extends Span {
  readonly source: string;
}

const MAX_KNOWN = 1_000;

/**
 * Asks the store whether it can read the expressions of a search. Its own complaint would come only when a row reaches the expression, and does not
 * say where in the search it stands.
 */
export class RegexCheck {
  readonly #runner: Runner;
  readonly #known = new Set<string>();

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** Rejects with `invalid_query` at the first that is no RE2 expression. */
  async check(regexes: Iterable<Regex>, signal: AbortSignal): Promise<void> {
    const unknown = [...regexes].filter(({ source }) => !this.#known.has(source));
    if (unknown.length === 0) return;
    const matches = unknown.map(({ source }) => sql`match('', ${source})`);
    try {
      await this.#runner.rows('regex_check', sql`SELECT ${join(matches, ', ')}`, signal);
    } catch (error) {
      throw error instanceof MoalogError && error.code === 'invalid_query' ? namedRegex(error, unknown) : error;
    }
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    for (const { source } of unknown) this.#known.add(source);
  }
}

/** The store says `cannot compile re2: SOURCE, error: REASON: PART. Look at …`. */
function namedRegex(error: MoalogError, regexes: readonly Regex[]): MoalogError {
  const text = error.cause instanceof Error ? error.cause.message : '';
  const wrong = regexes.find(({ source }) => text.includes(`re2: ${source}, error: `)) ?? regexes[0];
  if (wrong === undefined) return error;
  const reason = text.slice(text.indexOf(', error: ', text.indexOf(wrong.source) + wrong.source.length) + 9);
  const why = /^(.{1,200}?)(?:\. Look at |$)/s.exec(reason)?.[1] ?? 'it is no RE2 expression';
  return invalidQuery(wrong, `The expression /${wrong.source}/ cannot be used: ${why}.`);
}

/** Expressions of a search, where they stand. */
export function* regexesOf(node: SearchNode | null): Generator<Regex> {
  if (node === null) return;
  if (node.type === 'not') yield* regexesOf(node.part);
  else if (node.type === 'and' || node.type === 'or') for (const part of node.parts) yield* regexesOf(part);
  else yield* regexesOfTest(node.test, node);
}

export function* regexesOfTest(test: Test, { from, to }: Span): Generator<Regex> {
  for (const source of sourcesOf(test)) yield { source, from, to };
}

function* sourcesOf(test: Test): Generator<string> {
  if (test.kind === 'regex') yield test.source;
  if (test.kind === 'any') for (const each of test.tests) yield* sourcesOf(each);
}
