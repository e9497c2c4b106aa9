import { checkDistinct, checkName } from '../check.ts';
import { printName } from '../print.ts';
import type { Column } from '../tree.ts';
import { type Grammar, withColumns } from './grammar.ts';

export const extract: Grammar<'extract'> = {
  example: 'extract /user=(?<user>\\d+)/',
  read: (reader) => {
    const regex = reader.regex() ?? reader.failExpected();
    const field = reader.keyword('from') === null ? null : reader.name('field');
    return { source: regex.source, sourceSpan: regex.span, field };
  },
  print: ({ source, field }) =>
    ` /${source.replaceAll('/', '\\/')}/${field === null ? '' : ` from ${printName(field.name)}`}`,
  shape: (pipe, before, complain) => {
    checkName(before, pipe.field ?? { ...pipe, name: 'message' }, complain);
    const columns = groupsOf(pipe.source)
      .filter((name) => name !== null)
      .map((name): Column => ({ name, type: 'text' }));
    if (columns.length === 0)
      complain(pipe.sourceSpan, {
        code: 'no_group',
        message: 'The expression names nothing to read: write a part as (?<name>…).',
      });
    checkDistinct(columns, pipe.sourceSpan, complain);
    return withColumns(before, columns);
  },
};

/** The groups of an RE2 expression in order, with the names of those that have one. */
export function groupsOf(source: string): (string | null)[] {
  const groups: (string | null)[] = [];
  const unescaped = source.replace(/\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/g, '');
  for (const [, name, question] of unescaped.matchAll(/\((?:\?P?<([A-Za-z_]\w*)>|(\?))?/g)) {
    if (question === undefined) groups.push(name ?? null);
  }
  return groups;
}
