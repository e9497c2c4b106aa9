import type { Compiler } from './compiler.ts';
import { aggregateValues, COUNT, grouped, groupValues, rangeSeconds } from './group.ts';

export const count: Compiler<'count'> = ({ by, as }, events, context) => {
  const rows = context.rollup ?? events;
  const aggregate = { ...COUNT, as: as?.name ?? null };
  return grouped(
    groupValues(by, rows, context),
    aggregateValues([aggregate], rows, context, rangeSeconds(context)),
    rows,
    context,
  );
};
