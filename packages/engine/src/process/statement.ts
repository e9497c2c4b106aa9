/**
 * What kind of statement a text is, as far as the HTTP interface must know: nothing here parses SQL beyond its first words, the
 * engine does.
 */

/** A statement that only reads and whose result is streamed. */
const READS = /^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXPLAIN|EXISTS)\b/i;
const INSERT = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*INSERT\s+INTO\b/i;
const KILL = /^\s*KILL\s+QUERY\b/i;
/** `INSERT … FORMAT X`, with whatever data follows in the same text. */
const INSERT_FORMAT = /^([\s\S]*?\bINSERT\s+INTO\b(?:(?!\bSELECT\b)[\s\S])*?)\bFORMAT\s+([A-Za-z0-9]+)\b[ \t]*\r?\n?([\s\S]*)$/i;
const INPUT_SELECT = /\binput\s*\(\s*('(?:[^'\\]|\\.)*')\s*\)/i;
/** The FORMAT clause that ends a statement. */
export const TRAILING_FORMAT = /\bFORMAT\s+([A-Za-z0-9]+)\s*;?\s*$/i;

export type StatementKind = 'read' | 'insert' | 'kill' | 'other';

export function kindOf(sql: string): StatementKind {
  if (INSERT.test(sql)) return 'insert';
  if (KILL.test(sql)) return 'kill';
  return READS.test(sql) ? 'read' : 'other';
}

/** An INSERT whose rows come as data in a format, told apart from its text. */
export interface DataInsert {
  /** The statement that reads the data from a file: call with the SQL literal of its path. */
  readonly fromFile: (pathLiteral: string) => string;
  /** Data that stood behind the statement in the same text; the request's body follows it. */
  readonly head: string;
}

/** Null for an INSERT without data (INSERT … SELECT, INSERT … VALUES in the text). */
export function dataInsert(sql: string): DataInsert | null {
  const input = INPUT_SELECT.exec(sql);
  const trailing = TRAILING_FORMAT.exec(sql);
  if (input !== null && trailing !== null) {
    const [call, structure] = input;
    const statement = sql.slice(0, trailing.index);
    return { head: '', fromFile: (path) => statement.replace(call, () => `file(${path}, '${trailing[1]}', ${structure})`) };
  }
  const plain = INSERT_FORMAT.exec(sql);
  if (plain === null || /^values$/i.test(plain[2] ?? '')) return null;
  const [, before = '', format = '', head = ''] = plain;
  return { head, fromFile: (path) => `${before}FROM INFILE ${path} FORMAT ${format}` };
}

/** In the engine a request's id is kept as `log_comment`, since its own ids cannot be set: KILL QUERY looks there. */
export const killByOurId = (sql: string): string => sql.replace(/\bquery_id\b/gi, "Settings['log_comment']");
