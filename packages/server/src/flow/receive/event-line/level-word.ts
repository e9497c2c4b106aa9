/** As far as the store's own reader of text lines looks. */
const HEAD_CHARS = 256;
const ANY =
  'TRACE|FINEST|SILLY|TRC|DEBUG|FINE|FINER|VERBOSE|DBG|INFO|INFORMATION|INFORMATIONAL|NOTICE|INF|WARN|WARNING|WRN|ERROR|ERR|SEVERE|FAILURE|FATAL|CRITICAL|CRIT|EMERG|EMERGENCY|PANIC|FTL';
/** In brackets in any case; as `level=warn`; in capitals as a word of its own where the word is long enough to be meant. */
const BRACKETED = new RegExp(`\\[(${ANY}|ALERT)\\]`, 'i');
const ASSIGNED = new RegExp(`\\b(?:level|lvl|severity)=["']?(${ANY}|ALERT)\\b`, 'i');
const CAPITALS = new RegExp(
  `\\b(${ANY.split('|')
    .filter((word) => word.length > 3 || word === 'ERR')
    .join('|')})\\b`,
);

/** The level that a text line names unmistakably, by the rules for text lines of the event model; undefined when it names none. */
export function levelWord(text: string): string | undefined {
  const head = text.length > HEAD_CHARS ? text.slice(0, HEAD_CHARS) : text;
  return (BRACKETED.exec(head) ?? ASSIGNED.exec(head) ?? CAPITALS.exec(head))?.[1];
}
