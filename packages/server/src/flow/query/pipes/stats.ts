import type { Compiler } from './compiler.ts';
import { aggregateValues, grouped, groupValues, rangeSeconds } from './group.ts';

export const stats: Compiler<'stats'> = ({ aggregates, by }, events, context) => {
  const rows = context.rollup ?? events;
  return grouped(
    groupValues(by, rows, context),
    aggregateValues(aggregates, rows, context, rangeSeconds(context)),
    rows,
    context,
  );
};
