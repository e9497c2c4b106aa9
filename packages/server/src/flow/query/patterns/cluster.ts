import { maskedWords, VARIABLE } from './mask.ts';

/** Values at one place of otherwise equal messages that make the place a variable. */
const MIN_VALUES = 3;
/** Words that messages have at least for that: of two, one word would decide. */
const MIN_WORDS = 3;
/** With so many words, one message that has a number at the place is enough. */
const MIN_WORDS_BESIDE_NUMBER = 4;
/** Kinds of messages that are compared with each other, the most frequent ones; more are free text, which has no patterns. */
const MAX_COMPARED = 30_000;
const MAX_ROUNDS = 6;

export interface Template {
  /** Words, with VARIABLE in them. */
  readonly words: readonly string[];
}

export interface Clusters {
  readonly templates: readonly Template[];
  /** Which template each message belongs to. */
  readonly templateOf: Int32Array;
}

interface Kind {
  words: string[];
  hashes: Float64Array;
  hash: number;
  events: number;
}

/**
 * Groups messages that differ in values only; `events` says how often each came. Like Drain (He et al. 2017) it masks what looks like a value and compares messages of the same number of words;
 * where Drain decides by a threshold of similarity, one message after the other, this sees all messages at once and takes a place as variable when otherwise equal
 * messages have several values there. bench/patterns.ts measures how often it is right.
 */
export function cluster(messages: readonly string[], events?: readonly number[]): Clusters {
  const kinds: Kind[] = [];
  const byText = new Map<string, number>();
  const byMessage = new Map<string, number>();
  const kindOf = new Int32Array(messages.length);
  messages.forEach((message, i) => {
    let kind = byMessage.get(message);
    if (kind === undefined) {
      const words = maskedWords(message);
      const text = words.join(' ');
      kind = byText.get(text);
      if (kind === undefined) {
        kind = kinds.push(kindFrom(words)) - 1;
        byText.set(text, kind);
      }
      byMessage.set(message, kind);
    }
    kindOf[i] = kind;
    const known = kinds[kind];
    if (known !== undefined) known.events += events?.[i] ?? 1;
  });
  const merged = mergeKinds(kinds);
  const numbers = new Map<Kind, number>();
  const templates: Template[] = [];
  const templateOf = kindOf.map((kind) => {
    const whole = merged[kind];
    if (whole === undefined) return 0;
    let number = numbers.get(whole);
    if (number === undefined) {
      number = templates.push({ words: whole.words }) - 1;
      numbers.set(whole, number);
    }
    return number;
  });
  return { templates, templateOf };
}

function kindFrom(words: string[]): Kind {
  const hashes = new Float64Array(words.length);
  let hash = words.length * 7_919;
  words.forEach((word, place) => {
    const own = hashOf(word, place);
    hashes[place] = own;
    hash += own;
  });
  return { words, hashes, hash, events: 0 };
}

/** Of a word at a place. Sums of up to 500 of them are exact in a double, so that one word of a sum can be taken out again. */
function hashOf(word: string, place: number): number {
  let a = 0x811c9dc5 ^ (place * 0x9e3779b1);
  let b = 0x1b873593 + place;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 13);
  }
  return (a >>> 0) * 2_048 + ((b >>> 0) & 2_047);
}

/** For each kind the one it became part of. */
function mergeKinds(kinds: readonly Kind[]): Kind[] {
  const partOf = new Map<Kind, Kind>();
  let open = kinds.toSorted((a, b) => b.events - a.events).slice(0, MAX_COMPARED);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wholes = mergeRound(open);
    if (wholes.size === 0) break;
    for (const [part, whole] of wholes) partOf.set(part, whole);
    open = [...new Set(open.map((kind) => lastOf(kind, wholes)))];
  }
  return kinds.map((kind) => lastOf(kind, partOf));
}

/** What a kind became in the end: each has a variable more than the one before. */
function lastOf(kind: Kind, wholes: ReadonlyMap<Kind, Kind>): Kind {
  let whole = kind;
  for (let next = wholes.get(whole); next !== undefined; next = wholes.get(whole)) whole = next;
  return whole;
}

/** Kinds that differ from others at one place alone, and the kind with a variable there that each becomes part of. */
function mergeRound(kinds: readonly Kind[]): Map<Kind, Kind> {
  const groups = groupsByPlace(kinds);
  const known = new Map(kinds.map((kind) => [kind.hash, kind]));
  const wholes = new Map<Kind, Kind>();
  for (const { hash, place, members } of groups) {
    const open = members.filter((kind) => !wholes.has(kind));
    const [first] = open;
    if (first === undefined) continue;
    const numbered = known.get(hash);
    const enough =
      numbered !== undefined && !wholes.has(numbered) && first.words.length >= MIN_WORDS_BESIDE_NUMBER ? 1 : MIN_VALUES;
    if (new Set(open.map((kind) => kind.words[place])).size < enough) continue;
    const whole =
      numbered !== undefined && !wholes.has(numbered) ? numbered : kindFrom(first.words.with(place, VARIABLE));
    known.set(hash, whole);
    for (const kind of open) {
      wholes.set(kind, whole);
      whole.events += kind.events;
    }
  }
  return wholes;
}

interface Group {
  readonly hash: number;
  readonly place: number;
  readonly members: Kind[];
}

/** Kinds that are equal but for one place, by place; those with the most values first. */
function groupsByPlace(kinds: readonly Kind[]): Group[] {
  const masks: number[] = [];
  const seen = new Map<number, number>();
  const each = (kind: Kind, visit: (hash: number, place: number) => void): void => {
    if (kind.words.length < MIN_WORDS) return;
    kind.words.forEach((word, place) => {
      if (word === VARIABLE) return;
      masks[place] ??= hashOf(VARIABLE, place);
      visit(kind.hash - (kind.hashes[place] ?? 0) + (masks[place] ?? 0), place);
    });
  };
  const own = new Set(kinds.map((kind) => kind.hash));
  for (const kind of kinds) each(kind, (hash) => seen.set(hash, (seen.get(hash) ?? 0) + 1));
  const groups = new Map<string, Group>();
  for (const kind of kinds)
    each(kind, (hash, place) => {
      if ((seen.get(hash) ?? 0) < MIN_VALUES && !own.has(hash)) return;
      const key = `${place} ${hash}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { hash, place, members: [kind] });
      else group.members.push(kind);
    });
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length);
}
