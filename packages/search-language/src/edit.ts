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

/** The search with one more condition, or without its contrary when that stands there as it would be written. */
export function addCondition(text: string, field: string, value: string, how: 'include' | 'exclude'): string {
  const condition =
    value === ''
      ? `${how === 'include' ? 'NOT ' : ''}${quoteField(field)}:*`
      : `${how === 'exclude' ? '-' : ''}${quoteField(field)}:${quoteValue(value)}`;
  const words = text.trim();
  if (words === '') return condition;
  if (` ${words} `.includes(` ${condition} `)) return words;
  const contrary = how === 'include' ? `-${condition}` : condition.slice(1);
  if (` ${words} `.includes(` ${contrary} `)) return ` ${words} `.replace(` ${contrary} `, ` ${condition} `).trim();
  return /\sOR\s/.test(words) ? `(${words}) ${condition}` : `${words} ${condition}`;
}
