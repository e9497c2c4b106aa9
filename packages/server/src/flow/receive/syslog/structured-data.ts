/** Structured data read from a message. */
export interface StructuredData {
  /** Values by `ID.PARAM`; a parameter may come more than once. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  /** Offset behind the last element. */
  readonly end: number;
}

/** SD-ID (or name of a parameter): printable, without `=`, space, `]` and `"` (RFC 5424, 6.3.2); longer than 32 is let through. */
const NAME = /[^\s="\]]+/y;

/**
 * Reads the elements `[id name="value" …][…]` that begin at `start`; null when what stands there is no structured data. Escapes are those of
 * RFC 5424, 6.3.3: `\"`, `\\`, `\]`; another backslash stands for itself.
 */
export function readStructuredData(text: string, start: number): StructuredData | null {
  const params = new Map<string, string[]>();
  let at = start;
  while (text[at] === '[') {
    const id = nameAt(text, at + 1);
    if (id === null) return null;
    at += 1 + id.length;
    let hasParams = false;
    while (text[at] === ' ') {
      const name = nameAt(text, at + 1);
      if (name === null) {
        // Senders leave a space before the bracket now and then.
        if (text[at + 1] !== ']') return null;
        at++;
        break;
      }
      at += 1 + name.length;
      if (text[at] !== '=' || text[at + 1] !== '"') return null;
      const end = closingQuote(text, at + 2);
      if (end < 0) return null;
      const raw = text.slice(at + 2, end);
      const value = raw.includes('\\') ? raw.replace(/\\(["\\\]])/g, '$1') : raw;
      const key = `${id}.${name}`;
      const values = params.get(key);
      if (values === undefined) params.set(key, [value]);
      else values.push(value);
      hasParams = true;
      at = end + 1;
    }
    if (text[at] !== ']') return null;
    // An element without parameters is kept as a field with an empty value.
    if (!hasParams) params.set(id, ['']);
    at++;
  }
  return at > start ? { params, end: at } : null;
}

function nameAt(text: string, at: number): string | null {
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0] ?? null;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5c) at++;
    else if (char === 0x22) return at;
  }
  return -1;
}
