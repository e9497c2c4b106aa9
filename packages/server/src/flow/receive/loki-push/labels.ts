const PAIR = /([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/gu;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Labels in Prometheus's text form, `{app="checkout", env="prod"}`. What cannot be read stays as the label `labels`. */
export function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = '', quoted = ''] of text.matchAll(PAIR)) {
    labels[name] = quoted.startsWith('`') ? quoted.slice(1, -1) : unquoted(quoted.slice(1, -1));
  }
  if (Object.keys(labels).length === 0 && /[^{}\s]/.test(text)) labels.labels = text;
  return labels;
}

/** Undoes Go's quoting. */
const unquoted = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/g, (_all, unicode, byte, char) =>
        char === undefined ? String.fromCharCode(Number.parseInt(unicode ?? byte, 16)) : (ESCAPES[char] ?? char),
      )
    : text;
