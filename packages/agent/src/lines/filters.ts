import { type FilterRule, LEVELS, type SourceConfig } from '../config/config.ts';
import { levelOf, levelWordOfHead } from './line-head.ts';

/** Whether an event is sent. */
export type Filter = (line: string) => boolean;

const LEVEL_FIELDS = ['level', 'severity', 'severity_text', 'log.level', 'loglevel', 'lvl', 'levelname', 'log_level'];
/** Expressions look no further into a line: a pattern of somebody's own must not stop the agent. */
const MAX_MATCHED_CHARACTERS = 16_384;

/** An event's line, read as JSON when a rule asks for it, once. */
class Line {
  readonly text: string;
  #document: unknown;
  #read = false;

  constructor(text: string) {
    this.text = text;
  }

  field(path: string): unknown {
    const document = this.#object();
    if (Object.hasOwn(document, path)) return document[path];
    let value: unknown = document;
    for (const name of path.split('.'))
      value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return value;
  }

  level(): (typeof LEVELS)[number] | undefined {
    for (const name of LEVEL_FIELDS) {
      const level = levelOf(this.field(name));
      if (level !== undefined) return level;
    }
    return levelOf(levelWordOfHead(this.text));
  }

  #object(): Readonly<Record<string, unknown>> {
    if (!this.#read) {
      this.#read = true;
      try {
        if (this.text.trimStart().startsWith('{')) this.#document = JSON.parse(this.text);
      } catch {
        // a text line
      }
    }
    return typeof this.#document === 'object' && this.#document !== null ? { ...this.#document } : {};
  }
}

function matcher({ field, equals, contains, matches, level }: FilterRule): (line: Line) => boolean {
  if (level !== undefined)
    return (line) => {
      const found = line.level();
      return found !== undefined && level.includes(found);
    };
  const test = (text: string): boolean =>
    equals !== undefined
      ? text === equals
      : contains !== undefined
        ? text.includes(contains)
        : (matches?.test(text.slice(0, MAX_MATCHED_CHARACTERS)) ?? false);
  if (field === undefined) return (line) => test(line.text);
  return (line) => {
    const value = line.field(field);
    if (value === undefined || value === null) return false;
    return test(typeof value === 'object' ? JSON.stringify(value) : String(value));
  };
}

/** The filter of a source; null when it lets everything pass. An event passes when `keep` is empty or one of it matches, and none of `drop` does. */
export function filterOf({ keep, drop, minLevel }: Pick<SourceConfig, 'keep' | 'drop' | 'minLevel'>): Filter | null {
  if (keep.length === 0 && drop.length === 0 && minLevel === undefined) return null;
  const keeps = keep.map(matcher);
  const drops = drop.map(matcher);
  const lowest = minLevel === undefined ? -1 : LEVELS.indexOf(minLevel);
  return (text) => {
    const line = new Line(text);
    if (keeps.length > 0 && !keeps.some((matches) => matches(line))) return false;
    if (drops.some((matches) => matches(line))) return false;
    const level = lowest < 0 ? undefined : line.level();
    return level === undefined || LEVELS.indexOf(level) >= lowest;
  };
}
