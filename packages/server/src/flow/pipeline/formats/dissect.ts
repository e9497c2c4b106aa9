import { PipelineError } from '../pipeline-error.ts';
import { escapeRegex } from './named-groups.ts';

/** A key between two delimiters. */
export interface DissectKey {
  readonly name: string;
  readonly role: 'field' | 'skip' | 'append' | 'name' | 'value';
  /** Order of appended parts; of those without one, as they stand. */
  readonly order: number;
}

export interface Dissected {
  readonly source: string;
  /** One a group. */
  readonly keys: readonly DissectKey[];
}

const KEY = /%\{([^}]*)\}/g;
const ROLES: Readonly<Record<string, DissectKey['role']>> = { '?': 'skip', '+': 'append', '*': 'name', '&': 'value' };

/** Filebeat's tokenizer: `%{client} - %{user} [%{time}] %{rest}`, with `?skipped`, `+appended/1`, `*name` and `&value`, `padded->`. */
export function readDissect(tokenizer: string, path: string): Dissected {
  const keys: DissectKey[] = [];
  let source = '^';
  let at = 0;
  const matches = [...tokenizer.matchAll(KEY)];
  if (matches.length === 0) throw new PipelineError([{ path, message: 'there is no %{key} in it' }]);
  source += escapeRegex(tokenizer.slice(0, matches[0]?.index ?? 0));
  matches.forEach((match, i) => {
    const from = (match.index ?? 0) + match[0].length;
    const delimiter = tokenizer.slice(from, matches[i + 1]?.index ?? tokenizer.length);
    if (delimiter === '' && i < matches.length - 1)
      throw new PipelineError([{ path, message: 'two keys need something between them', from: match.index, to: from }]);
    const { key, padded } = readKey(match[1] ?? '');
    keys.push(key);
    const escaped = escapeRegex(delimiter);
    source += padded && delimiter !== '' ? `(.*?) *(?:${escaped})+` : `(${valueUpTo(delimiter)})${escaped}`;
    at = from;
  });
  return { source: at === 0 ? source : `${source}$`, keys };
}

/** The shortest text before the delimiter: a class of characters where it is one, which is three times cheaper. */
function valueUpTo(delimiter: string): string {
  if (delimiter === '') return '.*';
  return delimiter.length === 1 ? `[^${escapeRegex(delimiter)}]*` : '.*?';
}

function readKey(written: string): { key: DissectKey; padded: boolean } {
  const padded = written.endsWith('->');
  // A type behind `|` says what Filebeat's index should make of it; here numbers are found as numbers anyway.
  const plain = (padded ? written.slice(0, -2) : written).replace(/\|[a-z_]+$/, '');
  const role = ROLES[plain[0] ?? ''];
  const [name = '', order] = (role === undefined ? plain : plain.slice(1)).split(/\/(\d+)$/);
  return { key: { name, role: plain === '' ? 'skip' : (role ?? 'field'), order: Number(order ?? 0) }, padded };
}
