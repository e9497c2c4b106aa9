import type { EventState } from '../event-state.ts';
import { refuse } from '../pipeline-error.ts';

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|`([^`]+)`|([A-Za-z_@][\w.@-]*(?<!-))|([-+*/%(),]))/y;
/** Functions of one number, but for `round`, which may have digits. */
const FUNCTIONS: Readonly<Record<string, number>> = {
  round: 2,
  floor: 1,
  ceil: 1,
  abs: 1,
  sqrt: 1,
  log: 1,
  min: 2,
  max: 2,
};
const NAMES: Readonly<Record<string, string>> = { min: 'least', max: 'greatest' };
const MAX_NESTING = 50;

/** `duration_ms / 1000`: numbers, fields (with backquotes where a name has other characters), + - * / %, brackets and a few functions. Null where a field is no number. */
export function arithmetic(
  state: EventState,
  written: string,
  path: string,
): { readonly sql: string; readonly reads: readonly string[] } {
  const reads: string[] = [];
  let at = 0;
  let depth = 0;
  const wrong = (message: string, from = at): never => {
    throw refuse(path, message, { from, to: Math.min(from + 1, written.length) });
  };
  const peek = (): RegExpExecArray | null => {
    TOKEN.lastIndex = at;
    return TOKEN.exec(written);
  };
  const take = (symbol: string): boolean => {
    const token = peek();
    if (token?.[4] !== symbol) return false;
    at = TOKEN.lastIndex;
    return true;
  };
  const call = (name: string): string => {
    const most = FUNCTIONS[name] ?? wrong(`there is no function ${name}: ${Object.keys(FUNCTIONS).join(', ')}`);
    const values = [sum()];
    while (take(',')) values.push(sum());
    if (!take(')')) wrong('a ) is missing');
    if (values.length > most) wrong(`${name} takes ${most}`);
    return name === 'round' && values.length === 2
      ? `round(${values[0]}, toUInt8(ifNull(${values[1]}, 0)))`
      : `${NAMES[name] ?? name}(${values.join(', ')})`;
  };
  const value = (): string => {
    if (++depth > MAX_NESTING) wrong('it nests too deep');
    const token = peek();
    if (token === null) return wrong('a number or a field is expected');
    const [, number, quoted, name, symbol] = token;
    at = TOKEN.lastIndex;
    depth--;
    if (number !== undefined) return `toFloat64(${Number(number)})`;
    if (symbol === '(') {
      depth++;
      const inner = sum();
      depth--;
      return take(')') ? `(${inner})` : wrong('a ) is missing');
    }
    if (symbol === '-') return `-(${value()})`;
    const field = quoted ?? name;
    if (field === undefined) return wrong('a number or a field is expected', at - 1);
    if (quoted === undefined && take('(')) return call(field);
    reads.push(field);
    return `toFloat64OrNull(${state.step(`trimBoth(${state.read(field)})`)})`;
  };
  const product = (): string => {
    let sql = value();
    for (;;) {
      const sign = ['*', '/', '%'].find(take);
      if (sign === undefined) return sql;
      sql =
        sign === '/'
          ? `(${sql} / nullIf(${value()}, 0))`
          : sign === '%'
            ? `(${sql} % nullIf(${value()}, 0))`
            : `(${sql} * ${value()})`;
    }
  };
  function sum(): string {
    let sql = product();
    for (;;) {
      const sign = ['+', '-'].find(take);
      if (sign === undefined) return sql;
      sql = `(${sql} ${sign} ${product()})`;
    }
  }
  const sql = state.step(`toNullable(toFloat64(${sum()}))`);
  if (written.slice(at).trim() !== '') wrong('an operator is expected');
  return { sql, reads };
}
