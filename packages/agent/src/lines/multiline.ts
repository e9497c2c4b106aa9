import type { MultilineRule } from '../config/config.ts';

/** Whether `line` belongs to the event that `lines` (at least one) have begun. */
type Continues = (line: string, lines: readonly string[]) => boolean;

const INDENTED = /^\s+\S/;

/** A trace may follow a log line, or stand alone; what comes at column 0 within it is named here. */
const JAVA =
  /^(?:\s+(?:at |\.\.\. \d+|Suppressed:|\S)|Caused by:|Suppressed:|(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)\b)/;

const PYTHON_CHAINED =
  /^(?:During handling of the above exception|The above exception was the direct cause|Traceback \(most recent call last\):)/;
const PYTHON_ERROR = /^[A-Za-z_][\w.]*(?:: |$)/;

/** The line of the error itself closes a trace: it follows an indented line. */
const python: Continues = (line, lines) => {
  if (INDENTED.test(line) || PYTHON_CHAINED.test(line)) return true;
  const isTrace = lines.some((each) => each.startsWith('Traceback (most recent call last):'));
  if (!isTrace) return false;
  const before = lines.at(-1) ?? '';
  return line === '' || (INDENTED.test(before) && PYTHON_ERROR.test(line));
};

const NODE = /^(?:\s+\S|[}\]]|(?:[A-Z]\w*)?(?:Error|Exception)\b.*: |Node\.js v\d)/;

const GO_OPENS = /^(?:panic: |fatal error: |goroutine \d+ \[|SIG[A-Z]+: )|\bhttp: panic serving /;
const GO_INSIDE = /^(?:goroutine \d+ \[|created by |\S+\(.*\)$|exit status \d|\[signal |r\w\w? +0x|panic: |\t)/;
const go: Continues = (line, lines) => {
  if (INDENTED.test(line)) return true;
  return lines.some((each) => GO_OPENS.test(each)) ? line === '' || GO_INSIDE.test(line) : GO_OPENS.test(line);
};

const PRESETS: Readonly<Record<NonNullable<MultilineRule['preset']>, Continues>> = {
  java: (line) => JAVA.test(line),
  python,
  node: (line) => NODE.test(line),
  go,
};

/** Lines as events. Lines before the first start of one are an event of their own. */
export function groupLines(lines: readonly string[], { preset, start, maxLines }: MultilineRule): string[][] {
  const continues: Continues = preset !== undefined ? PRESETS[preset] : (line) => !(start?.test(line) ?? true);
  const groups: string[][] = [];
  let current: string[] = [];
  for (const line of lines) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (current.length > 0 && current.length < maxLines && continues(bare, current)) current.push(bare);
    else {
      current = [bare];
      groups.push(current);
    }
  }
  return groups;
}
