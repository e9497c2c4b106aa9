import { type Pipe, parseQuery } from '@moalog/search-language/pipes';

/** Columns of the result whose values are those of a field of the events, and can so be searched for. */
export function filterableColumns(query: string): ReadonlySet<string> {
  const { pipes, shapes } = parseQuery(query);
  const made = new Set<string>();
  const grouping = pipes.findIndex((_pipe, i) => shapes[i + 1]?.rows === 'table');
  pipes.forEach((pipe, i) => {
    if (i !== grouping) for (const name of madeBy(pipe)) made.add(name);
  });
  const pipe = pipes[grouping];
  const named =
    pipe === undefined
      ? ['level', 'service']
      : 'by' in pipe
        ? names(pipe.by)
        : 'fields' in pipe
          ? names(pipe.fields)
          : [];
  const excluded = pipe?.pipe === 'fields' && pipe.exclude;
  const fields = excluded ? ['level', 'service'] : named;
  return new Set(fields.filter((name) => !made.has(name) && !TEXTS.has(name)));
}

/** Fields that no value would be searched by. */
const TEXTS = new Set(['message', 'timestamp', '@timestamp', 'received_at']);

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

function madeBy(pipe: Pipe): string[] {
  switch (pipe.pipe) {
    case 'eval':
      return pipe.assignments.map(({ name }) => name.name);
    case 'parse':
      return names(pipe.names);
    case 'extract':
      return [...pipe.source.matchAll(/\(\?P?<(\w+)>/g)].map((match) => match[1] ?? '');
    case 'stats':
    case 'count':
      return names(pipe.by);
    default:
      return [];
  }
}
