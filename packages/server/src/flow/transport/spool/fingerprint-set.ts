/** Bytes of one fingerprint. */
export const FINGERPRINT_BYTES = 16;
const WORDS = FINGERPRINT_BYTES / 4;
const INITIAL_SLOTS = 1_024;

/**
 * A set of 16-byte fingerprints in one typed array: 32 bytes an entry at worst, where a Set of strings takes 100 and more. The
 * fingerprint of all zeros counts as absent.
 */
export class FingerprintSet {
  #words = new Uint32Array(INITIAL_SLOTS * WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(fingerprint: Buffer): boolean {
    return this.#occupied(this.#find(this.#words, fingerprint));
  }

  /** False when it was there already. */
  add(fingerprint: Buffer): boolean {
    const slot = this.#find(this.#words, fingerprint);
    if (this.#occupied(slot)) return false;
    put(this.#words, slot, fingerprint);
    this.#size++;
    if (this.#size * WORDS * 2 > this.#words.length) this.#grow();
    return true;
  }

  #occupied(slot: number): boolean {
    const words = this.#words;
    return words[slot] !== 0 || words[slot + 1] !== 0 || words[slot + 2] !== 0 || words[slot + 3] !== 0;
  }

  /** First word of the slot that holds the fingerprint, or of the free slot where it belongs. */
  #find(words: Uint32Array, fingerprint: Buffer): number {
    const [a, b, c, d] = wordsOf(fingerprint);
    // The length is a power of two, so the mask keeps a slot inside.
    const mask = words.length - 1;
    let slot = (a * WORDS) & mask;
    for (;;) {
      const [w, x, y, z] = [words[slot], words[slot + 1], words[slot + 2], words[slot + 3]];
      if (w === a && x === b && y === c && z === d) return slot;
      if (w === 0 && x === 0 && y === 0 && z === 0) return slot;
      slot = (slot + WORDS) & mask;
    }
  }

  #grow(): void {
    const old = this.#words;
    const words = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += WORDS) {
      const entry = old.subarray(slot, slot + WORDS);
      if (entry.every((word) => word === 0)) continue;
      const fingerprint = Buffer.alloc(FINGERPRINT_BYTES);
      for (const [index, word] of entry.entries()) fingerprint.writeUInt32LE(word, index * 4);
      words.set(entry, this.#find(words, fingerprint));
    }
    this.#words = words;
  }
}

const wordsOf = (fingerprint: Buffer): [number, number, number, number] => [
  fingerprint.readUInt32LE(0),
  fingerprint.readUInt32LE(4),
  fingerprint.readUInt32LE(8),
  fingerprint.readUInt32LE(12),
];

function put(words: Uint32Array, slot: number, fingerprint: Buffer): void {
  words.set(wordsOf(fingerprint), slot);
}
