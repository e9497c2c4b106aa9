import type { EventState } from '../event-state.ts';

/** `{http.request.method} {url.path}`: fields in braces; `{{` and `}}` are braces. An SQL expression of the text. */
export function template(state: EventState, written: string): string {
  const parts: string[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') parts.push(state.text(plain));
    plain = '';
  };
  for (const [piece, field] of written.matchAll(/\{\{|\}\}|\{([^{}]+)\}|[^{}]+|[{}]/g)) {
    if (field === undefined) plain += piece === '{{' ? '{' : piece === '}}' ? '}' : piece;
    else {
      flush();
      parts.push(`toString(${state.read(field)})`);
    }
  }
  flush();
  return parts.length === 0 ? `''` : parts.length === 1 ? (parts[0] ?? `''`) : `concat(${parts.join(', ')})`;
}
