import type { queryRequestSchema } from '@moalog/contract';
import { type Expression, type ParsedQuery, type Pipe, parseQuery } from '@moalog/search-language/pipes';
import type { z } from 'zod';
import { MoalogError } from '#errors';
import { type Regex, regexesOf, regexesOfTest } from '../compile/regexes.ts';
import { refuseWrong, type Scope, scopeOf } from '../compile/scope.ts';

export interface Query {
  readonly parsed: ParsedQuery;
  readonly scope: Scope;
  /** Expressions of its filter and its pipes, which the store has to be asked about. */
  readonly regexes: readonly Regex[];
  readonly zoneOffsetMinutes: number;
}

/** A query bound to the projects that were allowed; throws `invalid_query` with the places that are wrong. */
export function readQuery(
  request: Pick<z.output<typeof queryRequestSchema>, 'query' | 'from' | 'to' | 'zoneOffsetMinutes'>,
  projects: readonly string[],
): Query {
  const parsed = parseQuery(request.query);
  refuseWrong(parsed.filter, parsed.diagnostics);
  refuseLong(parsed.pipes);
  return {
    parsed,
    scope: scopeOf(parsed.filter, request, projects),
    regexes: [...regexesOf(parsed.filter), ...parsed.pipes.flatMap((pipe) => [...regexesOfPipe(pipe)])],
    zoneOffsetMinutes: request.zoneOffsetMinutes,
  };
}

/** Parts of expressions: each becomes a piece of the statement, whose length the store limits. */
const MAX_TERMS = 1_000;

function refuseLong(pipes: readonly Pipe[]): void {
  const count = (expression: Expression): number =>
    partsOf(expression).reduce(
      (sum, part) => sum + count(part),
      expression.type === 'test' && expression.test.kind === 'any' ? expression.test.tests.length : 1,
    );
  const terms = pipes.flatMap(expressionsOf).reduce((sum, expression) => sum + count(expression), 0);
  if (terms > MAX_TERMS)
    throw new MoalogError('invalid_query', `The pipes compute with ${terms} values; ${MAX_TERMS} are the most.`);
}

function* regexesOfPipe(pipe: Pipe): Generator<Regex> {
  if (pipe.pipe === 'extract') yield { source: pipe.source, from: pipe.sourceSpan.from, to: pipe.sourceSpan.to };
  for (const expression of expressionsOf(pipe)) yield* regexesOfExpression(expression);
}

export function expressionsOf(pipe: Pipe): readonly Expression[] {
  switch (pipe.pipe) {
    case 'where':
      return [pipe.condition];
    case 'eval':
      return pipe.assignments.map(({ value }) => value);
    case 'sort':
      return pipe.keys.map(({ by }) => by);
    case 'stats':
    case 'timechart':
      return pipe.aggregates.flatMap(({ argument }) => argument ?? []);
    default:
      return [];
  }
}

function* regexesOfExpression(expression: Expression): Generator<Regex> {
  if (expression.type === 'test') yield* regexesOfTest(expression.test, expression);
  for (const part of partsOf(expression)) yield* regexesOfExpression(part);
}

export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'call':
      return expression.arguments;
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}
