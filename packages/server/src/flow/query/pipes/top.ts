import { join, type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import { isThere } from '../compile/value.ts';
import type { Compiler } from './compiler.ts';
import { aggregateValues, COUNT, grouped, groupValues } from './group.ts';
import { added, nested, orderBy, select } from './rows.ts';

const compiler =
  (direction: Sql): Compiler<'top' | 'rare'> =>
  ({ fields, limit }, events, context) => {
    const all = context.rollup ?? events;
    const groups = groupValues(fields, all, context);
    const there = sql`(${join(groups.map(isThere), ' OR ')})`;
    const rows = { ...all, where: all.where === null ? there : sql`${all.where} AND ${there}` };
    const table = grouped(groups, aggregateValues([COUNT], rows, context, 1), rows, context);
    const [counts] = table.columns.slice(groups.length);
    const counted = counts?.sql ?? sql`0`;
    const percent = context.fresh();
    const order = [sql`${counted} ${direction}`, ...table.columns.slice(0, groups.length).map((column) => column.sql)];
    const shares = select(sql`*, round(100 * ${counted} / sum(${counted}) OVER (), 2) AS ${percent}`, table);
    const limited = nested(table, sql`${shares}${orderBy(order)} LIMIT ${unsigned(limit)}`);
    return { ...added(limited, [{ name: 'percent', type: 'number', sql: percent }]), order };
  };

export const top: Compiler<'top'> = compiler(unsafeSql('DESC'));
export const rare: Compiler<'rare'> = compiler(unsafeSql('ASC'));
