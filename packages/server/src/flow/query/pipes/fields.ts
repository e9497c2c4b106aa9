import { columnsOfEvents } from '@moalog/search-language/pipes';
import type { Compiler } from './compiler.ts';
import { groupValues } from './group.ts';

export const fields: Compiler<'fields'> = ({ fields: names, exclude }, rows, context) => {
  if (!exclude) return { ...rows, shape: 'table', columns: groupValues(names, rows, context) };
  const all = columnsOfEvents({ rows: rows.shape, columns: rows.columns });
  const left = all.filter(({ name }) => !names.some((each) => each.name === name));
  const spans = left.map(({ name }) => ({ name, from: 0, to: 0 }));
  return { ...rows, shape: 'table', columns: groupValues(spans, rows, context) };
};
