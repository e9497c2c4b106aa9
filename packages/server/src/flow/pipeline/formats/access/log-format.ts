import { refuse } from '../../pipeline-error.ts';
import { escapeRegex } from '../named-groups.ts';
import { apacheVariable, envoyVariable, nginxVariable, type Variable } from './variable.ts';

/** A log format as a regular expression; one variable a group. */
export interface LineFormat {
  readonly source: string;
  readonly variables: readonly Variable[];
}

type Piece = Variable | string;

/** The value of a format in an nginx or Apache configuration: the text between the quotes, which may be several in a row. */
function withoutDirective(given: string): string {
  const written = given.trim();
  const nginx = /^log_format\s+\S+\s+(?:escape=\w+\s+)?([\s\S]*?);?$/.exec(written);
  const apache = /^LogFormat\s+"([\s\S]*)"(?:\s+\S+)?$/.exec(written);
  if (apache !== null) return (apache[1] ?? '').replaceAll('\\"', '"');
  const value = nginx === null ? written : (nginx[1] ?? '').trim();
  const strings = [...value.matchAll(/\s*'((?:[^'\\]|\\.)*)'/g)];
  return strings.length > 0 && strings.map(([whole]) => whole).join('') === value
    ? strings.map(([, text = '']) => text.replaceAll("\\'", "'")).join('')
    : value;
}

const NGINX = /\$(?:\{(\w+)\}|(\w+))/g;
const APACHE = /%(?:%|[!<>,0-9]*(?:\{([^}]*)\})?(\^?[A-Za-z]{1,3}))/g;
const ENVOY = /%([A-Z_]+)(?:\(([^)]*)\))?(?::\d+)?%/g;

function piecesOf(format: string, path: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const cut = (matches: Iterable<RegExpMatchArray>, read: (match: RegExpMatchArray) => Piece | null): void => {
    for (const match of matches) {
      const piece = read(match);
      const from = match.index ?? 0;
      if (piece === null)
        throw refuse(path, `${match[0]} is not known in a log format`, { from, to: from + match[0].length });
      pieces.push(format.slice(at, from), piece);
      at = from + match[0].length;
    }
  };
  if (/%[A-Z_]{3,}(?:\([^)]*\))?%/.test(format))
    cut(format.matchAll(ENVOY), ([, name = '', argument = '']) => envoyVariable(name, argument));
  else if (format.includes('$')) cut(format.matchAll(NGINX), ([, braced, name]) => nginxVariable(braced ?? name ?? ''));
  else
    cut(format.matchAll(APACHE), ([whole, argument = '', letter = '']) =>
      whole === '%%' ? '%' : apacheVariable(letter.slice(0, 1), argument),
    );
  pieces.push(format.slice(at));
  return merged(pieces);
}

/** Texts side by side are one; none is empty. */
function merged(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece === '') continue;
    if (typeof piece === 'string' && typeof last === 'string') all[all.length - 1] = last + piece;
    else all.push(piece);
  }
  return all;
}

/** What may stand at a variable's place: up to the character that follows it, `-` for nothing. */
function pattern(variable: Variable, before: string, after: string | null): string {
  if (variable.pattern !== undefined) return `(${variable.pattern})`;
  if (before.endsWith('"') && after?.startsWith('"')) return String.raw`(?:-|((?:[^"\\]|\\.)*))`;
  if (after === null) return '(.*)';
  return `(?:-|([^${escapeRegex(after.slice(0, 1))}]*))`;
}

/** The `log_format` of nginx and Kong, Apache's LogFormat and Envoy's format string, or the whole directive of a configuration. */
export function readLogFormat(given: string, path: string): LineFormat {
  const pieces = piecesOf(withoutDirective(given), path);
  const variables = pieces.filter((piece) => typeof piece !== 'string');
  if (variables.length === 0)
    throw refuse(path, 'there is no variable in it: $remote_addr (nginx, Kong), %h (Apache) or %START_TIME% (Envoy)');
  let source = '^';
  pieces.forEach((piece, i) => {
    const [before, after] = [pieces[i - 1], pieces[i + 1]];
    if (typeof piece === 'string') source += escapeRegex(piece).replaceAll(/ +/g, ' +');
    else source += pattern(piece, typeof before === 'string' ? before : '', typeof after === 'string' ? after : null);
  });
  return { source: `${source}\\s*$`, variables };
}
