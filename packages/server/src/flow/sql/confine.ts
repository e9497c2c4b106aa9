import { MoalogError } from '#errors';
import type { Vocabulary } from './catalogue.ts';

/** Parts of a syntax tree (EXPLAIN AST) that a SELECT is made of. Anything else is refused: settings, parameters, other statements. */
const KINDS = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableJoin',
  'ArrayJoin',
  'Subquery',
  'Function',
  'Identifier',
  'TableIdentifier',
  'Literal',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsRegexpMatcher',
  'ColumnsListMatcher',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'ColumnsApplyTransformer',
  'ColumnsTransformerList',
  'OrderByElement',
  'InterpolateElement',
  'WithElement',
  'WindowDefinition',
  'WindowListElement',
  'SampleRatio',
  'DataType',
]);

/** Table functions that make rows from their arguments. */
const TABLE_FUNCTIONS = new Set(['numbers', 'numbers_mt', 'zeros', 'generateseries', 'generate_series', 'values']);

/** Endings that aggregate functions take. */
const COMBINATORS =
  /(?:If|Array|Map|Distinct|OrDefault|OrNull|Resample|ForEach|SimpleState|State|MergeState|Merge|ArgMin|ArgMax)$/i;

const refused = (what: string): MoalogError => new MoalogError('invalid_query', what);

/**
 * Throws `invalid_query` unless every node of the tree is one that a confined SELECT may have. `lines` is the engine's own EXPLAIN AST of
 * the text that will run. A name may hold a line break and so look like nodes of its own: these are checked as nodes, so that they can
 * only make a statement be refused.
 */
export function assertConfined(lines: readonly string[], vocabulary: Vocabulary): void {
  if (!/^SelectWithUnionQuery(?: |$)/.test(lines[0] ?? ''))
    throw refused('Only SELECT is allowed here, alone or with WITH and UNION.');
  let parent = '';
  for (const line of lines) {
    const [, kind = '', name = ''] = /^ *([A-Za-z]+) *(\S*)/.exec(line) ?? [];
    if (!KINDS.has(kind))
      throw refused(
        kind === 'Set'
          ? 'SETTINGS is not allowed here: the limits of statements are set by the server.'
          : kind === 'QueryParameter'
            ? 'Parameters in braces are not allowed here.'
            : `${kind === '' ? 'A name with a line break' : kind} is not allowed here.`,
      );
    if (kind === 'Function') assertFunction(name, parent === 'TableExpression', vocabulary);
    if (kind === 'TableIdentifier') assertTable(name, vocabulary);
    if (kind === 'Identifier') assertIdentifier(name, vocabulary);
    parent = kind;
  }
}

function assertFunction(name: string, asTable: boolean, { functions, aggregates }: Vocabulary): void {
  const lower = name.toLowerCase();
  if (asTable) {
    if (!TABLE_FUNCTIONS.has(lower))
      throw refused(`The table function ${name} is not allowed here: statements read the project's tables alone.`);
    return;
  }
  if (functions.has(lower)) return;
  for (let rest = name; ; rest = rest.replace(COMBINATORS, '')) {
    if (aggregates.has(rest.toLowerCase())) return;
    if (!COMBINATORS.test(rest)) break;
  }
  throw refused(`The function ${name} is not allowed here.`);
}

/** Ours, or one that WITH defines: any name that is no table of the store. */
function assertTable(name: string, vocabulary: Vocabulary): void {
  const { database, tables, hiddenTables } = vocabulary;
  const own = name.startsWith(`${database}.`) ? name.slice(database.length + 1) : name;
  if (tables.has(own)) return;
  if (own.includes('.') || own !== name || hiddenTables.has(name))
    throw refused(`The table ${name} is not allowed here; there are ${[...tables].join(', ')}.`);
}

/** IN takes a table by its mere name, so a column must not look like another table. */
function assertIdentifier(name: string, { database, tables, hiddenTables, databases }: Vocabulary): void {
  const [first = '', second = ''] = name.split('.');
  const foreign =
    databases.has(first.toLowerCase()) && name.includes('.') && !(first === database && tables.has(second));
  if (foreign || hiddenTables.has(name)) throw refused(`${name} is not allowed here.`);
}

/** Text without its strings and quoted names; sound on what the engine's formatter wrote, which has no comments. */
const bare = (canonical: string): string =>
  canonical.replaceAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/gs, ' x ');

/** What the tree does not show. */
export function assertClauses(canonical: string): void {
  const text = bare(canonical);
  if (/\bPREWHERE\b/i.test(text))
    // It would run on rows of other projects before they are filtered out, and an error would tell about them.
    throw refused('PREWHERE is not allowed here; write WHERE, the engine moves it where it is fast.');
  if (/\bINTO\s+OUTFILE\b/i.test(text)) throw refused('INTO OUTFILE is not allowed here.');
  if (/\bSETTINGS\b/i.test(text))
    throw refused('SETTINGS is not allowed here: the limits of statements are set by the server.');
  if (/[{}]/.test(text)) throw refused('Parameters in braces are not allowed here.');
}

/** Splits the FORMAT that ends a statement off. */
export function splitFormat(canonical: string): { readonly statement: string; readonly format: string | null } {
  const [, statement, format] = /^(.*) FORMAT ([A-Za-z0-9]+)$/s.exec(canonical) ?? [];
  return statement === undefined || format === undefined
    ? { statement: canonical, format: null }
    : { statement, format };
}
