/** Stands for what differs from message to message. In the private use area: messages hardly hold it, and if they do nothing breaks. */
export const VARIABLE = '\u{e000}';

const MONTHS = new Set(['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']);
const DAYS = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
/** A number and its unit are one value. */
const UNITS = new Set([
  'B',
  'KB',
  'kB',
  'MB',
  'GB',
  'TB',
  'KiB',
  'MiB',
  'GiB',
  'bytes',
  'ns',
  'us',
  'µs',
  'ms',
  's',
  'sec',
  'secs',
  'seconds',
  'minutes',
]);

const CODE = { zero: 48, nine: 57, colon: 58, comma: 44, at: 64 };

/** Whether a character belongs to one value with a digit beside it: of identifiers, addresses, paths, versions. */
function inRun(code: number): boolean {
  if (code >= 97 && code <= 122) return true; // a-z
  if (code >= 45 && code <= 57) return true; // - . / 0-9
  if (code >= 64 && code <= 90) return true; // @ A-Z
  return code === 95 || code === 126 || code === 36 || code === 37 || code === 43 || code === 35 || code === 92; // _ ~ $ % + # \
}

/** The text with every run that holds a digit in place of it; several, joined by a colon or a comma, as one. */
function maskRuns(text: string): string {
  let out = '';
  /** From where the text was not copied yet. */
  let copied = 0;
  /** Where the last value ended; -1 when something else came since. */
  let lastEnd = -1;
  let at = 0;
  while (at < text.length) {
    if (!inRun(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    let digits = false;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (!inRun(code)) break;
      if (code >= CODE.zero && code <= CODE.nine) digits = true;
    }
    if (!digits) continue;
    const joint = text.charCodeAt(start - 1);
    const joined = lastEnd === start - 1 && (joint === CODE.colon || joint === CODE.comma);
    if (!joined) out += text.slice(copied, start) + VARIABLE;
    copied = at;
    lastEnd = at;
  }
  return out + text.slice(copied);
}

/**
 * The words of a message with its values masked: numbers, ids, addresses, paths with digits, dates, sizes with their units; lists of values are one.
 * Messages of one statement of a program mostly have the same words then.
 */
export function maskedWords(message: string): string[] {
  const words: string[] = [];
  for (const word of maskRuns(message).split(/\s+/)) {
    if (word === '') continue;
    const before = words[words.length - 1];
    const isValue = before === VARIABLE || before === `${VARIABLE},`;
    if (word === VARIABLE || word === `${VARIABLE},`) {
      if (isValue) words.pop();
      else if (before !== undefined && MONTHS.has(before)) {
        words.pop();
        if (DAYS.has((words[words.length - 1] ?? '').replace(/,$/, ''))) words.pop();
      }
    } else if (before === VARIABLE) {
      const end = /[)\],.;]*$/.exec(word)?.index ?? word.length;
      if (UNITS.has(word.slice(0, end))) {
        words[words.length - 1] = VARIABLE + word.slice(end);
        continue;
      }
    }
    // A value that was left empty.
    words.push(word === '()' ? `(${VARIABLE})` : word);
  }
  return words;
}
