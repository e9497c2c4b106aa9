import { parseSearch } from './parse.ts';

/** Text of a value as it is written in a search: bare where that reads the same, quoted otherwise. */
export function quoteValue(value: string): string {
  if (value !== '' && /^[\p{L}\p{N}_][\p{L}\p{N}_.@+#%-]*$/u.test(value) && !/^(AND|OR|NOT|TO)$/.test(value))
    return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A field's name as it is written before a colon. */
export const quoteField = (field: string): string =>
  /^[\p{L}\p{N}_@][\p{L}\p{N}_.@/-]*$/u.test(field)
    ? field
    : `"${field.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * The search with one more condition, or with it in the place of its contrary when that stands there as it would be written. Pipes stay behind it as
 * they are.
 */
export function addCondition(text: string, field: string, value: string, how: 'include' | 'exclude'): string {
  const { pipesFrom } = parseSearch(text);
  if (pipesFrom === null) return addToFilter(text, field, value, how);
  return `${addToFilter(text.slice(0, pipesFrom), field, value, how)} ${text.slice(pipesFrom)}`;
}

/** The search with a condition more that is written already, in front of its pipes. */
export function addText(text: string, condition: string): string {
  const { pipesFrom } = parseSearch(text);
  const filter = text.slice(0, pipesFrom ?? text.length).trim();
  const pipes = pipesFrom === null ? '' : ` ${text.slice(pipesFrom)}`;
  if (filter === '') return `${condition}${pipes}`;
  return `${/\sOR\s/.test(filter) ? `(${filter})` : filter} ${condition}${pipes}`;
}

function addToFilter(text: string, field: string, value: string, how: 'include' | 'exclude'): string {
  const wantsField = (value === '') === (how === 'exclude');
  const positive = `${quoteField(field)}:${value === '' ? '*' : quoteValue(value)}`;
  const negatives = [`-${positive}`, `NOT ${positive}`];
  const [condition, contraries] = wantsField
    ? [positive, negatives]
    : [value === '' ? `NOT ${positive}` : `-${positive}`, [positive]];
  const words = text.trim();
  if (words === '') return condition;
  const padded = ` ${words} `;
  const same = wantsField ? [positive] : negatives;
  // The positive form also ends its negatives: those are looked for first.
  const contrary = contraries.find((each) => padded.includes(` ${each} `));
  if (wantsField && contrary !== undefined) return padded.replace(` ${contrary} `, () => ` ${condition} `).trim();
  if (same.some((each) => padded.includes(` ${each} `))) return words;
  if (contrary !== undefined) return padded.replace(` ${contrary} `, () => ` ${condition} `).trim();
  return /\sOR\s/.test(words) ? `(${words}) ${condition}` : `${words} ${condition}`;
}
