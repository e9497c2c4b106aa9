import type { ClickHouseClient } from '@clickhouse/client';
import type { Store } from '#store';

/** What a statement may name. */
export interface Vocabulary {
  readonly database: string;
  /** Tables with a `project` column, which every statement sees filtered. */
  readonly tables: ReadonlySet<string>;
  /** Other tables of our database. */
  readonly hiddenTables: ReadonlySet<string>;
  /** All databases of the store, lower case. */
  readonly databases: ReadonlySet<string>;
  /** Functions by lower-case name. */
  readonly functions: ReadonlySet<string>;
  readonly aggregates: ReadonlySet<string>;
}

/** Tables that have projects and are of no use to people. */
const INTERNAL_TABLES = new Set(['segment_frames']);

/**
 * Categories (system.functions) whose functions compute from their arguments alone. What is not listed is not allowed, so a function that
 * a newer engine brings is refused until its category is looked at: files, dictionaries, joins by name, settings, server state, AI calls,
 * introspection and sleeping stand in other categories.
 */
const CATEGORIES = new Set([
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Financial',
  'Geo',
  'Geo Polygon',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
]);

/** Harmless ones of other categories, and names that the parser makes. */
const FUNCTIONS = [
  ...['arrayjoin', 'lambda', 'exists', 'grouping', 'untuple', 'casewithexpression', 'casewithoutexpression', 'nothing'],
  ...[
    'bar',
    'transform',
    'identity',
    'materialize',
    'ignore',
    'bytesize',
    'totypename',
    'tocolumntypename',
    'isconstant',
  ],
  ...['formatreadablesize', 'formatreadabledecimalsize', 'formatreadablequantity', 'formatreadabletimedelta'],
  ...['parsereadablesize', 'parsereadablesizeornull', 'parsereadablesizeorzero', 'parsetimedelta', 'visiblewidth'],
  ...['runningdifference', 'neighbor', 'rownumberinallblocks', 'rownumberinblock', 'runningaccumulate'],
  ...['finalizeaggregation', 'normalizequery', 'normalizedqueryhash', 'getsubcolumn', 'variantelement', 'varianttype'],
  ...['seriesdecomposestl', 'seriesoutliersdetecttukey', 'seriesperioddetectfft', 'digits', 'countdigits'],
  ...['version', 'timezone', 'currentdatabase'],
];

/** Not even in the categories above: they look names up in the server's configuration. */
const REFUSED =
  /^(naivebayes|cuttofirstsignificantsubdomaincustom|firstsignificantsubdomaincustom|dictget|joinget|getsetting)/;

const KEEP_MS = 60_000;

interface NamedFunction {
  readonly name: string;
  readonly alias_to: string;
  readonly is_aggregate: number;
  readonly category: string;
}

/** Reads the vocabulary from the store itself and keeps it for a minute. */
export function vocabularyOf(store: Store): () => Promise<Vocabulary> {
  let kept: { readonly vocabulary: Vocabulary; readonly until: number } | null = null;
  return async () => {
    if (kept === null || kept.until < Date.now())
      kept = { vocabulary: await readVocabulary(store), until: Date.now() + KEEP_MS };
    return kept.vocabulary;
  };
}

async function readVocabulary({ client, database }: Store): Promise<Vocabulary> {
  const functions = await rowsOf<NamedFunction>(
    client,
    'SELECT name, alias_to, is_aggregate, toString(categories) AS category FROM system.functions',
  );
  const tables = await rowsOf<{ name: string; project: number }>(
    client,
    `SELECT name, engine LIKE '%MergeTree' AND name IN (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'project') AS project
      FROM system.tables WHERE database = currentDatabase()`,
  );
  const databases = await rowsOf<{ name: string }>(client, 'SELECT name FROM system.databases');
  const isPublic = (table: { name: string; project: number }) =>
    table.project === 1 && !INTERNAL_TABLES.has(table.name);
  return {
    database,
    tables: new Set(tables.filter(isPublic).map((table) => table.name)),
    hiddenTables: new Set(tables.filter((table) => !isPublic(table)).map((table) => table.name)),
    databases: new Set([
      ...databases.map(({ name }) => name.toLowerCase()),
      'system',
      '_temporary_and_external_tables',
    ]),
    ...sortFunctions(functions),
  };
}

function sortFunctions(all: readonly NamedFunction[]): Pick<Vocabulary, 'functions' | 'aggregates'> {
  const functions = new Set(FUNCTIONS);
  const aggregates = new Set<string>();
  const byName = new Map(all.map((one) => [one.name, one]));
  for (const one of all) {
    const meant = byName.get(one.alias_to) ?? one;
    const name = one.name.toLowerCase();
    if (REFUSED.test(name) || REFUSED.test(meant.name.toLowerCase())) continue;
    if (meant.is_aggregate === 1) aggregates.add(name);
    else if (CATEGORIES.has(meant.category) || functions.has(meant.name.toLowerCase())) functions.add(name);
  }
  return { functions, aggregates };
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
}
