import { describe, expect, it } from 'vitest';
import { parseStatement, type Statement } from './statement.ts';

const into = (sql: string): string => {
  const statement = parseStatement(sql);
  if (statement.kind !== 'result') throw new Error(`${statement.kind} is not a result`);
  return statement
    .intoFile('/p', statement.format ?? 'Default', null)
    .replaceAll(/\s+/g, ' ')
    .trim();
};
const kind = (sql: string): Statement['kind'] => parseStatement(sql).kind;
const insertOf = (sql: string) => {
  const statement = parseStatement(sql);
  if (statement.kind !== 'insert-data') throw new Error(`${statement.kind} has no data`);
  return { sql: statement.fromFile('/p', 'none').replaceAll(/\s+/g, ' ').trim(), data: sql.slice(statement.dataStart) };
};

describe('a statement that answers rows', () => {
  it.each([
    ['SELECT 1', "SELECT 1 INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
    ['SELECT 1 FORMAT JSON', "SELECT 1 INTO OUTFILE '/p' TRUNCATE FORMAT JSON"],
    [
      'select 1 format CSV settings max_threads = 1;',
      "select 1 INTO OUTFILE '/p' TRUNCATE FORMAT CSV settings max_threads = 1",
    ],
    [
      'SELECT 1 SETTINGS max_threads = 1 FORMAT TSV ;',
      "SELECT 1 SETTINGS max_threads = 1 INTO OUTFILE '/p' TRUNCATE FORMAT TSV",
    ],
    [
      "SELECT ' FORMAT JSON' -- FORMAT CSV",
      "SELECT ' FORMAT JSON' -- FORMAT CSV INTO OUTFILE '/p' TRUNCATE FORMAT Default",
    ],
    ['SELECT format FROM t', "SELECT format FROM t INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
    ['SELECT a AS format', "SELECT a AS format INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
    ["SELECT format('{}', x) FROM t", "SELECT format('{}', x) FROM t INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
    [
      'SELECT `a;b`, "c\\"d;", $x$ ; $x$',
      `SELECT \`a;b\`, "c\\"d;", $x$ ; $x$ INTO OUTFILE '/p' TRUNCATE FORMAT Default`,
    ],
    ['/* x ; */ WITH 1 AS a (SELECT a)', "/* x ; */ WITH 1 AS a (SELECT a) INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
    ['(SELECT 1) UNION ALL (SELECT 2)', "(SELECT 1) UNION ALL (SELECT 2) INTO OUTFILE '/p' TRUNCATE FORMAT Default"],
  ])('%s', (sql, expected) => expect(into(sql)).toBe(expected));

  it('writes compressed where the engine compresses', () => {
    const statement = parseStatement('SELECT 1');
    expect(statement.kind === 'result' && statement.intoFile('/p', 'CSV', 'lz4')).toBe(
      "SELECT 1\nINTO OUTFILE '/p' TRUNCATE COMPRESSION 'lz4' FORMAT CSV",
    );
  });
});

describe('an INSERT with data', () => {
  it.each([
    ['INSERT INTO t FORMAT CSV', "INSERT INTO t FROM INFILE '/p' COMPRESSION 'none' FORMAT CSV", ''],
    [
      'INSERT INTO t (a, b) FORMAT JSONEachRow\n{"a":1}',
      "INSERT INTO t (a, b) FROM INFILE '/p' COMPRESSION 'none' FORMAT JSONEachRow",
      '{"a":1}',
    ],
    [
      'INSERT INTO t SETTINGS x = 1 FORMAT CSV 1',
      "INSERT INTO t FROM INFILE '/p' COMPRESSION 'none' SETTINGS x = 1 FORMAT CSV",
      '1',
    ],
    ["INSERT INTO t VALUES (1, 'a;')", "INSERT INTO t FROM INFILE '/p' COMPRESSION 'none' FORMAT Values", " (1, 'a;')"],
    [
      "INSERT INTO t SELECT a FROM input('a String') WHERE a != 'FORMAT' SETTINGS x = 1 FORMAT LineAsString",
      "INSERT INTO t SELECT a FROM file('/p', 'LineAsString', 'a String', 'none') WHERE a != 'FORMAT' SETTINGS x = 1",
      '',
    ],
    [
      'INSERT INTO `values` (`format`) FORMAT TSV\nSELECT',
      "INSERT INTO `values` (`format`) FROM INFILE '/p' COMPRESSION 'none' FORMAT TSV",
      'SELECT',
    ],
    [
      "INSERT INTO FUNCTION file('x', CSV, 'a Int8') FORMAT TSV\n1",
      "INSERT INTO FUNCTION file('x', CSV, 'a Int8') FROM INFILE '/p' COMPRESSION 'none' FORMAT TSV",
      '1',
    ],
  ])('%s', (sql, statement, data) => expect(insertOf(sql)).toEqual({ sql: statement, data }));

  it.each([
    'INSERT INTO t SELECT 1',
    'WITH 1 AS x INSERT INTO t SELECT x',
    "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
    'INSERT INTO t SELECT format FROM u',
  ])('is none: %s', (sql) => expect(kind(sql)).toBe('insert'));
});

describe('other statements', () => {
  it.each([
    ['CREATE TABLE t (a Int8) ENGINE = Memory', 'other'],
    ['SHOW TABLES', 'result'],
    ['EXPLAIN SELECT 1', 'result'],
    ['KILL QUERY WHERE 1', 'kill'],
    ['SET a = 1', 'other'],
  ])('%s is %s', (sql, expected) => expect(kind(sql)).toBe(expected));

  it('looks for the id of a request where it is kept', () => {
    const statement = parseStatement("KILL QUERY WHERE query_id = 'query_id' AND `query_id` != '' SYNC");
    expect(statement.kind === 'kill' && statement.sql).toBe(
      "KILL QUERY WHERE Settings['log_comment'] = 'query_id' AND Settings['log_comment'] != '' SYNC",
    );
  });

  it.each([
    ['SELECT 1; SELECT 2', /^Code: 62\. .*Multi-statements/],
    ['', /^Code: 62\. .*empty query/],
    [' -- nothing', /^Code: 62\. .*empty query/],
    ["SELECT 1 INTO OUTFILE '/etc/x'", /^Code: 348\. /],
  ])('refuses %s', (sql, message) => expect(() => parseStatement(sql)).toThrow(message));

  it('reads a string of megabytes', () => {
    expect(into(`SELECT '${"it\\'s ".repeat(500_000)}' FORMAT CSV`)).toMatch(/FORMAT CSV$/);
  });
});
