export interface Place {
  /** Where the console was opened: `https://logs.example.com:3080`. */
  readonly origin: string;
  /** The sender's key; null leaves the variable in its place. */
  readonly key: string | null;
}

/** A snippet of the pages with the reader's own address and key in place of `http://127.0.0.1:3080` and `MOALOG_KEY`. */
export function fillSnippet(text: string, { origin, key }: Place): string {
  const { hostname, port, protocol } = new URL(origin);
  const ownPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const filled = text
    .replaceAll('http://127.0.0.1:3080', origin)
    .replaceAll('127.0.0.1:3080', `${hostname}:${ownPort}`)
    .replaceAll('127.0.0.1', hostname)
    .replace(/^(\s*Port\s+)3080$/gm, `$1${ownPort}`);
  return key === null ? filled : withKey(filled, key);
}

/** The key in each language's own way of naming a variable. */
function withKey(text: string, key: string): string {
  return text
    .replaceAll(/\$\{(?:process\.env\.|env:)?MOALOG_KEY\}/g, key)
    .replaceAll('sys.env("MOALOG_KEY")', JSON.stringify(key))
    .replaceAll('process.env.MOALOG_KEY', `'${key}'`)
    .replaceAll(/\$MOALOG_KEY\b/g, key)
    .replaceAll(/(?<=credentials: )MOALOG_KEY\b/g, key)
    .replaceAll(/mlk_…/g, key);
}
