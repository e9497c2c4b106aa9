import { type Lexeme, nextLexeme } from './tokens.ts';
import type { Diagnostic, SearchNode, Span, Test, Token } from './tree.ts';

/** Groups nested deeper are refused: nobody types them, and the tree is walked recursively. */
const MAX_DEPTH = 100;

export interface ParsedSearch {
  /** Null matches everything. With diagnostics it is what could be read. */
  readonly tree: SearchNode | null;
  readonly diagnostics: readonly Diagnostic[];
  /** For colouring, in order of the text. */
  readonly tokens: readonly Token[];
  /** Where the first pipe begins; null when the text is a filter alone. */
  readonly pipesFrom: number | null;
}

/** A field's test inside a pipe, as far as it could be read. */
export interface ParsedTest extends Pick<ParsedSearch, 'diagnostics' | 'tokens'> {
  readonly test: Test | null;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** Reads a search. Never throws: what is wrong comes as diagnostics. */
export function parseSearch(text: string): ParsedSearch {
  return new Parser(text).parse();
}

/** Reads what follows the colon of a field inside a pipe, where commas end values, too. `field` is the place of the name and its colon. */
export function parseTest(text: string, field: Span): ParsedTest {
  return new Parser(text, { from: field.to, commaEnds: true }).parseValue(field);
}

class Parser {
  readonly #text: string;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #tokens: Token[] = [];
  #next: Lexeme;
  #depth = 0;

  readonly #commaEnds: boolean;

  constructor(text: string, { from, commaEnds } = { from: 0, commaEnds: false }) {
    this.#text = text;
    this.#commaEnds = commaEnds;
    this.#end = from;
    this.#next = nextLexeme(text, from, commaEnds ? 'value' : 'condition', commaEnds);
  }

  parseValue(owner: Span): ParsedTest {
    const test = this.#value(owner);
    return { test, end: this.#end, diagnostics: this.#diagnostics, tokens: this.#tokens };
  }

  parse(): ParsedSearch {
    let tree: SearchNode | null = null;
    let pipesFrom: number | null = null;
    if (this.#next.type !== 'end' && this.#next.type !== '|') tree = this.#or();
    while (this.#next.type !== 'end') {
      const { type, from, to } = this.#next;
      if (type === '|') {
        pipesFrom = from;
        const rest = { from, to: this.#text.length };
        this.#complain(
          rest,
          'no_pipes',
          'Pipes make a table of events: they cannot be used here, where events are wanted.',
        );
        break;
      }
      this.#complain({ from, to }, 'unexpected', `${JSON.stringify(this.#text.slice(from, to))} cannot stand here.`);
      this.#token('invalid', this.#next);
      this.#advance('condition');
    }
    return { tree, diagnostics: this.#diagnostics, tokens: this.#tokens, pipesFrom };
  }

  #or(): SearchNode | null {
    const parts = [this.#and()];
    while (this.#next.type === 'OR') {
      this.#token('keyword', this.#next);
      this.#advance('condition');
      parts.push(this.#and());
    }
    return combine('or', parts);
  }

  #and(): SearchNode | null {
    const parts = [this.#not()];
    for (;;) {
      if (this.#next.type === 'AND') {
        this.#token('keyword', this.#next);
        this.#advance('condition');
      } else if (!this.#beginsCondition()) break;
      parts.push(this.#not());
    }
    return combine('and', parts);
  }

  #beginsCondition(): boolean {
    return (
      ['word', 'phrase', 'regex', 'field', '(', '-', 'NOT', '[', '{'].includes(this.#next.type) &&
      this.#next.type !== '[' &&
      this.#next.type !== '{'
    );
  }

  #not(): SearchNode | null {
    const { type, from } = this.#next;
    if (type !== 'NOT' && type !== '-') return this.#primary();
    this.#token('operator', this.#next);
    this.#advance('condition');
    if (!this.#enter()) return null;
    const part = this.#not();
    this.#depth--;
    return part === null ? null : { type: 'not', part, from, to: part.to };
  }

  #primary(): SearchNode | null {
    const lexeme = this.#next;
    const { from, to } = lexeme;
    switch (lexeme.type) {
      case '(':
        return this.#group();
      case 'field':
        return this.#field(lexeme);
      case 'word':
      case 'phrase':
      case 'regex': {
        const test = this.#plain(lexeme, 'condition');
        return test === null ? null : { type: 'text', test, from, to };
      }
      default:
        this.#complain(
          { from, to: Math.max(to, from) },
          'expected_condition',
          'A word, a field or a group is expected here.',
        );
        return null;
    }
  }

  #group(): SearchNode | null {
    const open = this.#next;
    this.#token('bracket', open);
    this.#advance('condition');
    if (!this.#enter()) return null;
    const inner = this.#or();
    this.#depth--;
    if (this.#next.type === ')') {
      this.#token('bracket', this.#next);
      this.#advance('condition');
    } else this.#complain(open, 'unclosed_group', 'This parenthesis is not closed.');
    return inner;
  }

  #field(lexeme: Lexeme & { type: 'field' }): SearchNode | null {
    this.#token('field', lexeme);
    this.#advance('value');
    const test = this.#value(lexeme);
    if (test === null) return null;
    const field = lexeme.name.startsWith('attributes.') ? lexeme.name.slice('attributes.'.length) : lexeme.name;
    return { type: 'field', field, fieldSpan: lexeme.nameSpan, test, from: lexeme.from, to: this.#end };
  }

  /** Where the last lexeme that was taken ended. */
  #end: number;

  #value(owner: Span): Test | null {
    const lexeme = this.#next;
    switch (lexeme.type) {
      case 'word':
      case 'phrase':
      case 'regex':
        // A space between colon and value is a value forgotten.
        if (lexeme.from !== owner.to && lexeme.type === 'word') return this.#missing(owner);
        return this.#plain(lexeme, 'value');
      case 'compare': {
        this.#token('operator', lexeme);
        this.#advance('value');
        const operand = this.#next;
        if (operand.type !== 'word' && operand.type !== 'phrase') return this.#missing(lexeme);
        this.#token(operand.type === 'phrase' ? 'phrase' : 'number', operand);
        this.#advance('condition');
        return { kind: 'compare', operator: lexeme.operator, value: operand.text, quoted: operand.type === 'phrase' };
      }
      case '[':
      case '{':
        return this.#range(lexeme.type);
      case '(':
        return this.#list();
      default:
        return this.#missing(owner);
    }
  }

  #missing(owner: Span): null {
    this.#complain(owner, 'expected_value', 'A value is expected after this.');
    if (this.#next.type === 'word') this.#next = nextLexeme(this.#text, this.#next.from, 'condition');
    return null;
  }

  #plain(lexeme: Lexeme & { type: 'word' | 'phrase' | 'regex' }, place: 'condition' | 'value'): Test | null {
    const kind =
      lexeme.type === 'word'
        ? lexeme.pattern !== null
          ? 'wildcard'
          : /^-?\d+(\.\d+)?$/.test(lexeme.text)
            ? 'number'
            : 'value'
        : lexeme.type;
    this.#token(kind, lexeme);
    this.#advance('condition');
    if (lexeme.type === 'phrase') {
      if (!lexeme.closed) this.#complain(lexeme, 'unclosed_quote', 'This quotation mark is not closed.');
      return { kind: 'is', value: lexeme.text, quoted: true };
    }
    if (lexeme.type === 'regex') {
      if (lexeme.source === '') this.#complain(lexeme, 'empty_regex', 'This expression is empty.');
      return { kind: 'regex', source: lexeme.source };
    }
    if (lexeme.pattern === null) return { kind: 'is', value: lexeme.text, quoted: false };
    if (lexeme.pattern.every((part) => part === ''))
      return place === 'value' ? { kind: 'exists' } : { kind: 'like', pattern: ['', ''] };
    return { kind: 'like', pattern: lexeme.pattern };
  }

  #range(open: '[' | '{'): Test | null {
    const start = this.#next;
    this.#token('bracket', start);
    this.#advance('value');
    const low = this.#bound();
    if (!(this.#next.type === 'word' && this.#next.text === 'TO')) {
      this.#complain(this.#next, 'expected_to', 'A range is written [low TO high].');
      return null;
    }
    this.#token('keyword', this.#next);
    this.#advance('value');
    const high = this.#bound();
    const close: Lexeme = this.#peek();
    if (close.type !== ']' && close.type !== '}') {
      this.#complain(start, 'unclosed_range', 'This range is not closed with ] or }.');
      return null;
    }
    this.#token('bracket', close);
    this.#advance('condition');
    return { kind: 'range', low, high, includesLow: open === '[', includesHigh: close.type === ']' };
  }

  /** The next lexeme, afresh: what a check said of it before no longer holds after `#advance`. */
  #peek(): Lexeme {
    return this.#next;
  }

  #bound(): string | null {
    const lexeme = this.#next;
    if (lexeme.type !== 'word' && lexeme.type !== 'phrase') {
      this.#complain(lexeme, 'expected_value', 'A value or * is expected in a range.');
      return null;
    }
    this.#token(lexeme.type === 'phrase' ? 'phrase' : 'number', lexeme);
    this.#advance('value');
    return lexeme.type === 'word' && lexeme.text === '*' ? null : lexeme.text;
  }

  #list(): Test | null {
    const open = this.#next;
    this.#token('bracket', open);
    this.#advance('value');
    const tests: Test[] = [];
    for (;;) {
      const lexeme = this.#next;
      if (lexeme.type === ')') {
        this.#token('bracket', lexeme);
        this.#advance('condition');
        break;
      }
      if (lexeme.type !== 'word' && lexeme.type !== 'phrase' && lexeme.type !== 'regex') {
        this.#complain(open, 'unclosed_group', 'This parenthesis is not closed.');
        return null;
      }
      if (lexeme.type === 'word' && lexeme.text === 'OR') this.#token('keyword', lexeme);
      else {
        const test = this.#plain(lexeme, 'value');
        if (test !== null) tests.push(test);
        // `plain` read ahead as for a condition; inside a list values follow.
        this.#next = nextLexeme(this.#text, lexeme.to, 'value', this.#commaEnds);
        continue;
      }
      this.#advance('value');
    }
    if (tests.length === 0) this.#complain(open, 'expected_value', 'A list needs a value: level:(error OR warn).');
    return tests.length === 0 ? null : { kind: 'any', tests };
  }

  #enter(): boolean {
    if (this.#depth++ < MAX_DEPTH) return true;
    this.#depth--;
    this.#complain(this.#next, 'too_deep', `Groups may be nested ${MAX_DEPTH} deep.`);
    this.#next = { type: 'end', from: this.#text.length, to: this.#text.length };
    return false;
  }

  #advance(place: 'condition' | 'value'): void {
    this.#end = this.#next.to;
    this.#next = nextLexeme(this.#text, this.#next.to, place, this.#commaEnds);
  }

  #token(kind: Token['kind'], { from, to }: Span): void {
    this.#tokens.push({ kind, from, to });
  }

  #complain({ from, to }: Span, code: Diagnostic['code'], message: string): void {
    this.#diagnostics.push({ from, to, code, message });
  }
}

function combine(type: 'and' | 'or', parts: readonly (SearchNode | null)[]): SearchNode | null {
  const present = parts.filter((part) => part !== null);
  const [first, ...rest] = present;
  if (first === undefined || rest.length === 0) return first ?? null;
  return { type, parts: present, from: first.from, to: present[present.length - 1]?.to ?? first.to };
}
