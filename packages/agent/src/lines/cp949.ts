const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;
/** `0xAC00 - …` by lead and trail byte; built when the first extended character comes. */
let extension: ReadonlyMap<number, string> | null = null;

/**
 * Code page 949 as text. Node's `euc-kr` decoder knows KS X 1001 alone, not the 8,822
 * further syllables of the code page: those stand in order of the alphabet at the places that KS X 1001 leaves free.
 */
export function decodeCp949(bytes: Buffer): string {
  const decoder = new TextDecoder('euc-kr');
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const trail = bytes[at + 1] ?? 0;
    if (lead < 0x81) at++;
    else if (lead >= 0xa1 && trail >= 0xa1) at += 2;
    else {
      extension ??= extendedSyllables(decoder);
      const syllable = extension.get(lead * 256 + trail);
      if (syllable === undefined) at++;
      else {
        text += decoder.decode(bytes.subarray(from, at)) + syllable;
        at += 2;
        from = at;
      }
    }
  }
  return from === 0 ? decoder.decode(bytes) : text + decoder.decode(bytes.subarray(from));
}

function extendedSyllables(decoder: TextDecoder): ReadonlyMap<number, string> {
  const standard = new Set<string>();
  for (let lead = 0xb0; lead <= 0xc8; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++) standard.add(decoder.decode(Uint8Array.of(lead, trail)));
  const codes = extendedCodes();
  const table = new Map<number, string>();
  for (let point = FIRST_SYLLABLE; point <= LAST_SYLLABLE; point++) {
    const syllable = String.fromCharCode(point);
    const code = standard.has(syllable) ? undefined : codes.next().value;
    if (code !== undefined) table.set(code, syllable);
  }
  return table;
}

function* extendedCodes(): Generator<number, undefined> {
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    const last = lead < 0xa1 ? 0xfe : 0xa0;
    for (let trail = 0x41; trail <= last; trail++) {
      const isFree = trail <= 0x5a || (trail >= 0x61 && trail <= 0x7a) || trail >= 0x81;
      if (isFree) yield lead * 256 + trail;
    }
  }
  return undefined;
}
