import { parseTest } from '../parse.ts';
import type { Diagnostic, PipeProblem, Span, Test, Token } from '../tree.ts';
import type { Name } from './tree.ts';

/** What could stand at a place: a word of the language, or something of a kind. */
export type Expectation =
  | 'field'
  | 'name'
  | 'number'
  | 'interval'
  | 'text'
  | 'regex'
  | 'expression'
  | 'aggregate'
  | 'pipe'
  | `"${string}"`;

const KINDS: Readonly<Record<string, string>> = {
  field: 'a field',
  name: 'a name',
  number: 'a number',
  interval: 'an interval such as 5m',
  text: 'a text in quotes',
  regex: 'an expression between slashes',
  expression: 'a value',
  aggregate: 'an aggregate such as count()',
  pipe: 'a pipe such as count',
};

/** Ends the reading of one pipe; the next one is read all the same. */
export class Unreadable extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.name = 'Unreadable';
    this.diagnostic = diagnostic;
  }
}

export interface Complaint {
  readonly code: PipeProblem;
  readonly message: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly suggestion?: string | undefined;
}

/** Words that end a list of names. */
const KEYWORDS = /^(?:as|by|from|asc|desc)$/i;
const LOOSE_NAME = /[\p{L}\p{N}_@][\p{L}\p{N}_.@$/-]*/uy;
const STRICT_NAME = /[\p{L}_@][\p{L}\p{N}_.@$]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}_])/uy;

/** Reads the text behind the first `|`, from left to right. Offsets are those of the whole text. */
export class Reader {
  readonly text: string;
  at: number;
  readonly diagnostics: Diagnostic[] = [];
  readonly tokens: Token[] = [];
  #expected = new Set<Expectation>();
  #expectedAt = -1;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  skipSpace(): number {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
    return this.at;
  }

  /** Whether this pipe ends here. */
  atEnd(): boolean {
    this.skipSpace();
    return this.at >= this.text.length || this.text.charAt(this.at) === '|';
  }

  /** What would have been taken at the furthest place that was looked at. */
  get expected(): { readonly at: number; readonly what: readonly Expectation[] } {
    return { at: this.#expectedAt, what: [...this.#expected] };
  }

  expect(what: Expectation): void {
    this.skipSpace();
    if (this.at > this.#expectedAt) {
      this.#expectedAt = this.at;
      this.#expected = new Set();
    }
    if (this.at === this.#expectedAt) this.#expected.add(what);
  }

  take(kind: Token['kind'], to: number): Span {
    const span = { from: this.at, to };
    this.tokens.push({ kind, ...span });
    this.at = to;
    return span;
  }

  /** Takes the word, in any case, when it stands here. */
  keyword(...words: readonly string[]): string | null {
    for (const word of words) this.expect(`"${word}"`);
    const found = this.match(LOOSE_NAME)?.toLowerCase();
    if (found === undefined || !words.includes(found)) return null;
    this.take('keyword', this.at + found.length);
    return found;
  }

  symbol(symbol: string, kind: Token['kind'] = 'bracket'): boolean {
    this.expect(`"${symbol}"`);
    if (!this.text.startsWith(symbol, this.at)) return false;
    this.take(kind, this.at + symbol.length);
    return true;
  }

  /** A name where nothing but a name can stand: dashes and slashes belong to it, quotes may enclose it. */
  name(kind: 'field' | 'name'): Name {
    this.expect(kind);
    const quoted = this.quoted('`') ?? this.quoted('"');
    if (quoted !== null) return { name: quoted.text, ...this.take('field', quoted.to) };
    const bare = this.match(LOOSE_NAME);
    if (bare === undefined || KEYWORDS.test(bare)) return this.failExpected();
    return { name: bare, ...this.take('field', this.at + bare.length) };
  }

  names(kind: 'field' | 'name'): Name[] {
    const names = [this.name(kind)];
    while (this.symbol(',')) names.push(this.name(kind));
    return names;
  }

  number(): { readonly value: number; readonly span: Span } | null {
    this.expect('number');
    const text = this.match(NUMBER);
    if (text === undefined) return null;
    return { value: Number(text), span: this.take('number', this.at + text.length) };
  }

  string(): string | null {
    this.expect('text');
    const quoted = this.quoted('"') ?? this.quoted("'");
    if (quoted === null) return null;
    this.take('phrase', quoted.to);
    return quoted.text;
  }

  regex(): { readonly source: string; readonly span: Span } | null {
    this.expect('regex');
    if (this.text.charAt(this.at) !== '/') return null;
    let to = this.at + 1;
    while (to < this.text.length && this.text.charAt(to) !== '/') to += this.text.charAt(to) === '\\' ? 2 : 1;
    if (to >= this.text.length) return this.fail({ from: this.at, to: this.text.length }, UNCLOSED.regex);
    const source = this.text.slice(this.at + 1, to).replaceAll('\\/', '/');
    return { source, span: this.take('regex', to + 1) };
  }

  /** A bare name of an expression, where a dash is a minus. */
  identifier(): string | undefined {
    this.skipSpace();
    return this.match(STRICT_NAME);
  }

  /** The test of a field of which name and colon were taken; they begin at `from`. */
  test(from: number): Test {
    const { test, end, diagnostics, tokens } = parseTest(this.text, { from, to: this.at });
    this.tokens.push(...tokens);
    this.at = end;
    const [first] = diagnostics;
    if (first !== undefined) throw new Unreadable(first);
    return test ?? this.failExpected();
  }

  quoted(mark: '"' | "'" | '`'): { readonly text: string; readonly to: number } | null {
    this.skipSpace();
    if (this.text.charAt(this.at) !== mark) return null;
    let text = '';
    let to = this.at + 1;
    while (to < this.text.length && this.text.charAt(to) !== mark) {
      if (this.text.charAt(to) === '\\' && to + 1 < this.text.length) to++;
      text += this.text.charAt(to++);
    }
    if (to >= this.text.length) return this.fail({ from: this.at, to }, UNCLOSED.quote);
    return { text, to: to + 1 };
  }

  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    return sticky.exec(this.text)?.[0];
  }

  fail(span: Span, complaint: Complaint | (typeof UNCLOSED)['quote' | 'regex']): never {
    throw new Unreadable(diagnosticOf(span, complaint));
  }

  failExpected(): never {
    this.skipSpace();
    const { what } = this.expected;
    const to = this.atEnd() ? this.at : this.#endOfWord();
    const found = this.text.slice(this.at, to);
    return this.fail(
      { from: this.at, to },
      {
        code: 'expected',
        message: `${sentence(what.map((each) => KINDS[each] ?? each.slice(1, -1)))} is expected here${found === '' ? '' : `, not ${JSON.stringify(found)}`}.`,
        values: { expected: what.join(' '), found },
      },
    );
  }

  #endOfWord(): number {
    const word = this.match(LOOSE_NAME);
    return this.at + (word?.length ?? 1);
  }

  /** To the next pipe, over quotes and expressions. */
  skipToPipe(): void {
    let quote = '';
    for (; this.at < this.text.length; this.at++) {
      const char = this.text.charAt(this.at);
      if (quote === '' && char === '|') return;
      if (char === '\\') this.at++;
      else if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === '`')) quote = char;
    }
    this.at = this.text.length;
  }
}

const UNCLOSED = {
  quote: { code: 'unclosed_quote', message: 'This quotation mark is not closed.' },
  regex: { code: 'unclosed_regex', message: 'This expression is not closed with /.' },
} as const;

export function diagnosticOf(
  { from, to }: Span,
  {
    suggestion,
    ...complaint
  }: Complaint | ((typeof UNCLOSED)['quote' | 'regex'] & { readonly suggestion?: undefined }),
): Diagnostic {
  return { from, to, ...complaint, ...(suggestion === undefined ? {} : { suggestion }) };
}

function sentence(words: readonly string[]): string {
  const last = words[words.length - 1] ?? 'the end';
  const text = words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
