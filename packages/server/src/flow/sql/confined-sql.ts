import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseSettings, SettingsMap } from '@clickhouse/client';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import { type Store, storeError } from '#store';
import { type Vocabulary, vocabularyOf } from './catalogue.ts';
import { assertClauses, assertConfined, splitFormat } from './confine.ts';

export type SqlConfig = Pick<Config, 'queryMaxMs' | 'queryMaxMemoryBytes' | 'maxQueries' | 'memoryMaxBytes'>;

/** Statements that may run at once, as a share of all queries: people's searches go first. */
const QUERIES_SHARE = 0.25;
const MEMORY_SHARE = 0.35;
const MAX_RESULT_BYTES = 512 * 1024 ** 2;
const CHECK_MS = 5_000;
/** Checked statements that are kept, and how long they may be. */
const MAX_KEPT = 500;
const MAX_KEPT_LENGTH = 16_384;
const SLUG = /^[A-Za-z0-9_.-]+$/;

/** The text that runs, without its FORMAT. */
interface Confined {
  readonly statement: string;
  readonly format: string | null;
}

/** SQL of people on the tables of their projects, and on nothing else. */
export class ConfinedSql {
  readonly #store: Store;
  readonly #config: SqlConfig;
  readonly #metrics: Metrics;
  readonly #vocabulary: () => Promise<Vocabulary>;
  #running = 0;
  #checked: { readonly vocabulary: Vocabulary | null; readonly statements: Map<string, Confined> } = {
    vocabulary: null,
    statements: new Map(),
  };

  constructor(store: Store, config: SqlConfig, metrics: Metrics) {
    this.#store = store;
    this.#config = config;
    this.#metrics = metrics;
    this.#vocabulary = vocabularyOf(store);
  }

  /**
   * Checks the statement and answers its result in `format`, or in the statement's own FORMAT, when it is one of `formats`. What runs is the text that the engine's
   * parser made of it and that was checked, never the text that came: comments, odd spaces and quotes cannot mean two things.
   * Rejects with `invalid_query` for what is not allowed or wrong in it.
   */
  async run(
    sql: string,
    projects: readonly string[],
    format: string,
    formats: ReadonlySet<string>,
    limits: { readonly maxRows: number; readonly settings?: ClickHouseSettings },
    signal: AbortSignal,
  ): Promise<{ readonly body: Readable; readonly format: string }> {
    return this.#counted(async () => {
      const vocabulary = await this.#vocabulary();
      const { statement, format: own } = await this.#confined(sql, vocabulary, signal);
      const chosen = own ?? format;
      if (!formats.has(chosen))
        throw new MoalogError(
          'invalid_query',
          `The format ${chosen} is not offered here; there are ${[...formats].join(', ')}.`,
        );
      const { stream } = await this.#store.client.exec({
        query: `${statement} FORMAT ${chosen}`,
        query_id: randomUUID(),
        abort_signal: signal,
        clickhouse_settings: {
          ...limits.settings,
          ...this.#limits(limits.maxRows),
          additional_table_filters: filtersOf(vocabulary, projects),
        },
      });
      return { body: stream, format: chosen };
    });
  }

  /** What a check found holds as long as the vocabulary: dashboards and BI tools ask the same again and again. */
  async #confined(sql: string, vocabulary: Vocabulary, signal: AbortSignal): Promise<Confined> {
    if (this.#checked.vocabulary !== vocabulary) this.#checked = { vocabulary, statements: new Map() };
    const { statements } = this.#checked;
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const confined = await this.#confine(sql, vocabulary, signal);
    if (sql.length <= MAX_KEPT_LENGTH && statements.size < MAX_KEPT) statements.set(sql, confined);
    return confined;
  }

  async #confine(sql: string, vocabulary: Vocabulary, signal: AbortSignal): Promise<Confined> {
    if (sql.includes('\0')) throw new MoalogError('invalid_query', 'The statement has a NUL character in it.');
    const [parsed] = await this.#ask<{ text: string | null; error: string }>(
      `SELECT formatQuerySingleLineOrNull(${unsafeLiteral(sql)}) AS text`,
      signal,
    );
    if (parsed === undefined || parsed.text === null) throw await this.#syntaxError(sql, signal);
    const { statement, format } = splitFormat(parsed.text);
    if (!/^[\s(]*(?:SELECT|WITH)\b/.test(statement))
      throw new MoalogError('invalid_query', 'Only SELECT is allowed here, alone or with WITH and UNION.');
    assertClauses(statement);
    // FORMAT and SETTINGS of the statement itself, so that those of the answer are not taken for its own.
    const tree = await this.#ask<{ explain: string }>(
      `EXPLAIN AST ${statement} FORMAT Null SETTINGS max_threads = 1`,
      signal,
    );
    const lines = tree.flatMap((row) => row.explain.split('\n'));
    if (lines.pop() !== ' Identifier Null')
      throw new MoalogError('invalid_query', 'The statement cannot be understood.');
    // A UNION does not show it; settings of the statement were refused above, and `readonly` refuses them again.
    if (lines.at(-1) === ' Set') lines.pop();
    assertConfined(lines, vocabulary);
    return { statement, format };
  }

  /** The parser's own words on what is wrong. */
  async #syntaxError(sql: string, signal: AbortSignal): Promise<MoalogError> {
    try {
      await this.#ask(`SELECT formatQuerySingleLine(${unsafeLiteral(sql)})`, signal);
    } catch (error) {
      return sqlError(error);
    }
    return new MoalogError('invalid_query', 'The statement cannot be understood.');
  }

  async #ask<Row>(query: string, signal: AbortSignal): Promise<Row[]> {
    const answer = await this.#store.client.query({
      query,
      format: 'JSONEachRow',
      abort_signal: AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]),
      clickhouse_settings: { readonly: '2' },
    });
    return answer.json<Row>();
  }

  #limits(maxRows: number): ClickHouseSettings {
    const { queryMaxMs, queryMaxMemoryBytes, memoryMaxBytes } = this.#config;
    return {
      readonly: '1',
      max_execution_time: queryMaxMs / 1_000,
      timeout_overflow_mode: 'throw',
      max_memory_usage: String(queryMaxMemoryBytes ?? Math.floor(memoryMaxBytes * MEMORY_SHARE)),
      max_result_rows: String(maxRows),
      max_result_bytes: String(MAX_RESULT_BYTES),
      result_overflow_mode: 'throw',
      // The filter on the projects runs on its own, below everything that people write: merged with theirs, an expression that fails
      // (a division by zero) could run on rows of other projects, and the error would tell about them. Filters made from joins run below it.
      query_plan_merge_filters: 0,
      optimize_move_to_prewhere: 0,
      enable_join_runtime_filters: 0,
    };
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    const most = Math.max(1, Math.floor(this.#config.maxQueries * QUERIES_SHARE));
    if (this.#running >= most)
      throw new MoalogError('too_many_queries', `${most} SQL statements are running; try again in a moment.`, {
        retryAfterS: 1,
      });
    this.#running++;
    const end = this.#metrics.querySeconds.startTimer({ question: 'sql' });
    try {
      return await work();
    } catch (error) {
      const known = sqlError(error);
      this.#metrics.queryFailures.inc({ question: 'sql', reason: known.code });
      throw known;
    } finally {
      end();
      this.#running--;
    }
  }
}

/** What the engine refuses in a statement of a person is the person's to mend. */
function sqlError(error: unknown): MoalogError {
  const known = storeError(error);
  if (known.code !== 'query_failed' || !(error instanceof ClickHouseError)) return known;
  return new MoalogError('invalid_query', (error.message.split('\n')[0] ?? '').slice(0, 1_000), { cause: error });
}

/** `additional_table_filters`: the engine adds the condition to every reading of the tables, however deep. */
function filtersOf({ database, tables }: Vocabulary, projects: readonly string[]): SettingsMap {
  for (const project of projects) if (!SLUG.test(project)) throw new Error(`not a slug: ${project}`);
  // Quoted twice: the condition is text within the text of the setting.
  const list = projects.map((project) => `\\'${project}\\'`).join(', ');
  const condition = projects.length === 1 ? `project = ${list}` : `project IN (${list})`;
  return SettingsMap.from(Object.fromEntries([...tables].map((table) => [`${database}.${table}`, condition])));
}

/** As text of a statement: addresses, where parameters stand, are too short for long statements. */
const unsafeLiteral = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
