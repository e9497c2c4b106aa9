import { nearestOf } from '../nearest.ts';
import { parseSearch } from '../parse.ts';
import type { Diagnostic } from '../tree.ts';
import { complainInto } from './check.ts';
import { GRAMMARS, isPipe, OTHER_NAMES } from './grammar/index.ts';
import { type Expectation, Reader, Unreadable } from './reader.ts';
import type { ParsedQuery, Pipe, PipeName, PipeOf, Shape } from './tree.ts';

const MAX_PIPES = 50;
const EVENTS: Shape = { rows: 'events', columns: [] };

/** What could stand at the end of the text, for completion. */
export interface Continuation {
  readonly at: number;
  readonly expected: readonly Expectation[];
}

/** Reads a search and the pipes behind it. Never throws: what is wrong comes as diagnostics, and what could be read comes all the same. */
export function parseQuery(text: string): ParsedQuery & { readonly continuation: Continuation | null } {
  const { tree, diagnostics, tokens, pipesFrom } = parseSearch(text);
  if (pipesFrom === null) return { filter: tree, pipes: [], shapes: [EVENTS], diagnostics, tokens, continuation: null };
  const reader = new Reader(text, pipesFrom);
  const pipes: Pipe[] = [];
  while (reader.at < text.length) {
    try {
      pipes.push(readPipe(reader, pipes.length));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      reader.diagnostics.push(error.diagnostic);
      reader.skipToPipe();
    }
  }
  const whole = reader.diagnostics.length === 0;
  const { shapes, problems } = shapesOf(pipes);
  return {
    filter: tree,
    pipes,
    shapes,
    // What a pipe gives is known only when those before it could be read.
    diagnostics: [
      ...diagnostics.filter(({ code }) => code !== 'no_pipes'),
      ...reader.diagnostics,
      ...(whole ? problems : []),
    ],
    tokens: [...tokens, ...reader.tokens],
    continuation: { at: reader.expected.at, expected: reader.expected.what },
  };
}

/** At a `|`. */
function readPipe(reader: Reader, before: number): Pipe {
  reader.take('operator', reader.at + 1);
  if (before >= MAX_PIPES)
    reader.fail(
      { from: reader.at - 1, to: reader.at },
      { code: 'too_many', message: `There may be ${MAX_PIPES} pipes.`, values: { most: String(MAX_PIPES) } },
    );
  reader.expect('pipe');
  const from = reader.skipSpace();
  const word = reader.identifier();
  if (word === undefined) return reader.failExpected();
  const name = word.toLowerCase();
  if (!isPipe(name)) return failUnknownPipe(reader, word, from);
  reader.take('pipe', from + word.length);
  const pipe = readArguments(name, reader, from);
  if (!reader.atEnd()) reader.failExpected();
  return pipe;
}

function readArguments<K extends PipeName>(name: K, reader: Reader, from: number): Pipe {
  const given = GRAMMARS[name].read(reader);
  return { pipe: name, ...given, from, to: reader.at } as unknown as Pipe; // K is one name of the union, which the compiler does not follow
}

function failUnknownPipe(reader: Reader, word: string, from: number): never {
  const known = Object.keys(GRAMMARS);
  const other = Object.hasOwn(OTHER_NAMES, word.toLowerCase()) ? OTHER_NAMES[word.toLowerCase()] : undefined;
  const suggestion = other ?? nearestOf(word, known)[0];
  return reader.fail(
    { from, to: from + word.length },
    {
      code: 'unknown_pipe',
      message: `There is no pipe ${word}; ${suggestion === undefined ? `there are ${known.join(', ')}` : `did you mean ${suggestion}`}${suggestion === undefined ? '.' : '?'}`,
      values: { name: word, known: known.join(', ') },
      suggestion,
    },
  );
}

function shapesOf(pipes: readonly Pipe[]): { readonly shapes: Shape[]; readonly problems: Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const complain = complainInto(problems);
  const shapes = [EVENTS];
  let before = EVENTS;
  pipes.forEach((pipe, i) => {
    before = shapeAfter(pipe, before, complain);
    shapes.push(before);
    if (pipe.pipe === 'patterns' && i < pipes.length - 1)
      complain(pipe, { code: 'must_be_last', message: 'No pipe can follow patterns.', values: { name: 'patterns' } });
  });
  return { shapes, problems };
}

function shapeAfter<K extends PipeName>(
  pipe: PipeOf<K>,
  before: Shape,
  complain: ReturnType<typeof complainInto>,
): Shape {
  return GRAMMARS[pipe.pipe].shape(pipe, before, complain);
}
