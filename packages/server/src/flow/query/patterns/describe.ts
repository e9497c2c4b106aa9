import type { Pattern } from '@moalog/contract';
import { escapeRegex } from '../compile/escape-regex.ts';
import { VARIABLE } from './mask.ts';

type Parts = Pattern['parts'];

/** Values shown of a variable. */
const MAX_EXAMPLES = 5;
const MAX_EXAMPLE_LENGTH = 80;
/** A condition is read by people: what is longer is told apart by its beginning. */
const MAX_CONDITION_LENGTH = 400;
/** Words in front of the expression, which the index answers. */
const MAX_INDEX_WORDS = 3;

export interface Description {
  readonly parts: Parts;
  readonly include: string;
  readonly exclude: string;
}

/** What was seen at a variable. */
interface Seen {
  readonly examples: Set<string>;
  /** More values than one. */
  varies: boolean;
  hasSpace: boolean;
  isEmpty: boolean;
}

/** How a group of messages is shown, and the conditions that find its messages, or all others. `cut`: there is more behind the text of some. */
export function describe(words: readonly string[], messages: Iterable<string>, cut: boolean): Description {
  const literals = words.join(' ').split(VARIABLE);
  const seen = Array.from(
    { length: literals.length - 1 },
    (): Seen => ({ examples: new Set(), varies: false, hasSpace: false, isEmpty: false }),
  );
  let singleSpaced = true;
  for (const message of messages) {
    const plain = message.trim().replaceAll(/\s+/g, ' ');
    if (plain !== message) singleSpaced = false;
    valuesIn(plain, literals, (value, i) => note(seen[i], value));
  }
  const expression = expressionOf(literals, seen, { cut, singleSpaced });
  const regex = `/${expression}/`;
  return {
    parts: partsOf(literals, seen),
    include: [...indexWords(words), regex].join(' '),
    exclude: `NOT ${regex}`,
  };
}

function note(seen: Seen | undefined, value: string): void {
  if (seen === undefined) return;
  if (value === '') seen.isEmpty = true;
  if (value.includes(' ')) seen.hasSpace = true;
  if (seen.examples.size < MAX_EXAMPLES) seen.examples.add(value.slice(0, MAX_EXAMPLE_LENGTH));
  if (seen.examples.size > 1) seen.varies = true;
}

/** The values of a text between the literals, each as short as can be; nothing when the text is another. */
function valuesIn(text: string, literals: readonly string[], take: (value: string, i: number) => void): void {
  const [first = '', ...rest] = literals;
  if (!text.startsWith(first)) return;
  let at = first.length;
  rest.forEach((literal, i) => {
    const isLast = i === rest.length - 1;
    const next = isLast ? (text.endsWith(literal) ? text.length - literal.length : -1) : text.indexOf(literal, at);
    if (next < at) return;
    take(text.slice(at, next), i);
    at = next + literal.length;
  });
}

/** RE2 on the message, with slashes escaped as a search wants them. */
function expressionOf(
  literals: readonly string[],
  seen: readonly Seen[],
  { cut, singleSpaced }: { readonly cut: boolean; readonly singleSpaced: boolean },
): string {
  const escaped = (text: string): string =>
    singleSpaced ? escapeRegex(text) : escapeRegex(text).replaceAll(' ', '\\s+');
  let out = `^${singleSpaced ? '' : '\\s*'}`;
  for (const [i, literal] of literals.entries()) {
    if (i > 0) out += valueExpression(seen[i - 1], literals[i - 1] ?? '', literal);
    out += escaped(literal);
    if (out.length > MAX_CONDITION_LENGTH && i < literals.length - 1) return out;
  }
  return cut ? out : `${out}${singleSpaced ? '' : '\\s*'}$`;
}

function valueExpression(seen: Seen | undefined, before: string, after: string): string {
  if (seen?.hasSpace === true) return '.*';
  const alone = (before === '' || before.endsWith(' ')) && (after === '' || after.startsWith(' '));
  return alone && seen?.isEmpty !== true ? '\\S+' : '\\S*';
}

/** Words that stand whole in every message of the group, the longest first. */
function indexWords(words: readonly string[]): string[] {
  const plain = words.flatMap((word) => /^([A-Za-z]{3,})[.,:;!?]?$/.exec(word)?.[1] ?? []);
  const usable = [...new Set(plain)].filter((word) => !/^(?:AND|OR|NOT)$/.test(word));
  return usable.sort((a, b) => b.length - a.length).slice(0, MAX_INDEX_WORDS);
}

/** What never differed is shown as text: the condition leaves it open all the same. */
function partsOf(literals: readonly string[], seen: readonly Seen[]): Parts {
  const parts: Parts = [];
  const addText = (text: string): void => {
    const last = parts[parts.length - 1];
    if (text === '') return;
    if (last !== undefined && 'text' in last) last.text += text;
    else parts.push({ text });
  };
  literals.forEach((literal, i) => {
    const value = seen[i - 1];
    if (value !== undefined) {
      const [only = ''] = value.examples;
      if (value.varies || value.examples.size === 0)
        parts.push({ examples: [...value.examples].filter((each) => each !== '') });
      else addText(only);
    }
    addText(literal);
  });
  return parts;
}
