import { groupsOf } from '@moalog/search-language/pipes';
import type { Compiler } from './compiler.ts';
import { groupsRead } from './parse.ts';

export const extract: Compiler<'extract'> = ({ source, field }, rows, context) =>
  groupsRead(
    source,
    field?.name ?? 'message',
    groupsOf(source).flatMap((name, i) => (name === null ? [] : [{ name, group: i + 1 }])),
    rows,
    context,
  );
