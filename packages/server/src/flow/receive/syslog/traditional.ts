const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The store refuses times that are further ahead of their arrival. */
const MAX_AHEAD_MS = 24 * 3_600_000;

/** `Nov  3 10:23:10`, with a year in front of or behind the time, a fraction, and a zone that is UTC. */
const BSD_TIME =
  /([A-Z][a-z]{2}) ([ \d]\d|\d)(?: (\d{4}))? (\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: (\d{4})(?= |:))?( (?:UTC|GMT|Z)(?= |:))?(?= |:|$)/y;
const ISO_TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|z|[+-]\d\d:?\d\d)?(?= |:|$)/y;
/** What Cisco puts in front of the time: a sequence number, a host, and a mark for a clock that is not set. */
const CISCO_HEAD = /(?:\d{1,20}: )?(?:([\w.-]{1,255}): )?[*.]?(?=[A-Z][a-z]{2} [ \d]|\d{4}-\d\d-\d\d[T ])/y;
const HOST = /([^\s[\]:]+(?::[^\s[\]:]*)*[^\s[\]:]|[^\s[\]:]) +/y;
/** A tag is one only with its colon or its process id: words of a message are not mistaken for it. */
const TAG = /([^\s[\]:]{1,255})(?:\[([^\]\s]{1,128})\])?:(?= |$)|([^\s[\]:]{1,255})\[([^\]\s]{1,128})\](?= |$)/y;
/** `%ASA-6-302013: …` and `%SYS-5-CONFIG_I: …`. */
const CISCO_MNEMONIC = /%([A-Z][A-Z0-9_]{0,63}(?:-[A-Z0-9_]{1,63}){0,2}-[0-7]-[A-Z0-9_]{1,63}):/y;
/** Bodies that begin like a tag and are to stay whole. */
const WHOLE_BODY = /(?:CEF|LEEF):\s?\d/y;

/** Parts of a message by RFC 3164, which describes what was seen on the wire; '' where there is none. */
export interface TraditionalMessage {
  readonly time: string;
  readonly host: string;
  readonly tag: string;
  readonly processId: string;
  readonly messageId: string;
  readonly message: string;
}

/** Reads what stands behind the priority. `receivedAt` gives a time without a year its year. Whatever does not fit is message. */
export function readTraditional(text: string, start: number, receivedAt: number): TraditionalMessage {
  const head = matchAt(CISCO_HEAD, text, start);
  const timeStart = head === null ? start : start + head[0].length;
  const time = readTime(text, timeStart, receivedAt);
  if (time === null) return { ...taggedMessage(text, start), time: '', host: '' };

  let at = timeStart + time.length;
  if (text[at] === ':') at++;
  while (text[at] === ' ') at++;
  const ciscoHost = head?.[1] ?? '';
  if (ciscoHost !== '' || startsBody(text, at)) return { ...taggedMessage(text, at), time: time.text, host: ciscoHost };
  const host = matchAt(HOST, text, at);
  if (host === null) return { ...taggedMessage(text, at), time: time.text, host: '' };
  at += host[0].length;
  // ASA: `fw01 : %ASA-6-…`
  if (text.startsWith(': %', at)) at += 2;
  return { ...taggedMessage(text, at), time: time.text, host: host[1] ?? '' };
}

/** Whether a body begins at once: a tag, or a body that stays whole, in the place of the host. */
const startsBody = (text: string, at: number): boolean =>
  matchAt(WHOLE_BODY, text, at) !== null || text[at] === '%' || matchAt(TAG, text, at) !== null;

function taggedMessage(
  text: string,
  at: number,
): Pick<TraditionalMessage, 'tag' | 'processId' | 'messageId' | 'message'> {
  const none = { tag: '', processId: '', messageId: '' };
  if (matchAt(WHOLE_BODY, text, at) !== null) return { ...none, message: text.slice(at) };
  const mnemonic = matchAt(CISCO_MNEMONIC, text, at);
  if (mnemonic !== null) return { ...none, messageId: mnemonic[1] ?? '', message: text.slice(at) };
  const tag = matchAt(TAG, text, at);
  if (tag === null) return { ...none, message: text.slice(at) };
  const end = at + tag[0].length;
  const message = text.slice(text[end] === ' ' ? end + 1 : end);
  return { tag: tag[1] ?? tag[3] ?? '', processId: tag[2] ?? tag[4] ?? '', messageId: '', message };
}

function readTime(text: string, at: number, receivedAt: number): { text: string; length: number } | null {
  const iso = matchAt(ISO_TIME, text, at);
  if (iso !== null) return { text: iso[0], length: iso[0].length };
  const [whole, month = '', day = '', yearBefore, clock = '', fraction, yearBehind, zone] =
    matchAt(BSD_TIME, text, at) ?? [];
  const monthIndex = MONTHS.indexOf(month);
  if (whole === undefined || monthIndex < 0) return null;
  const year = yearBefore ?? yearBehind ?? String(yearFor(monthIndex, Number(day), clock, receivedAt));
  const date = `${year}-${String(monthIndex + 1).padStart(2, '0')}-${day.trim().padStart(2, '0')}`;
  const second = fraction === undefined ? clock : `${clock}.${fraction}`;
  return { text: zone === undefined ? `${date} ${second}` : `${date}T${second}Z`, length: whole.length };
}

/** The year that puts the time at most a day ahead of its arrival, and as near to it as that allows. */
function yearFor(monthIndex: number, day: number, clock: string, receivedAt: number): number {
  const [hour, minute, second] = clock.split(':').map(Number);
  const year = new Date(receivedAt).getUTCFullYear();
  const latest = receivedAt + MAX_AHEAD_MS;
  for (const candidate of [year + 1, year]) {
    if (Date.UTC(candidate, monthIndex, day, hour, minute, second) <= latest) return candidate;
  }
  return year - 1;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
