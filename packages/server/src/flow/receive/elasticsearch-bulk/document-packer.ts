const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];

/**
 * Moves the documents of a bulk body together, over the action lines between them: no second copy of the body is made. A document
 * whose action names an `_id` gets it as the field `elasticsearch.id`; only when that does not fit into the gap is a buffer added.
 */
export class DocumentPacker {
  readonly #source: Buffer;
  #target: Buffer;
  #length = 0;

  /** `source` is given away; documents are added in the order in which they lie in it. */
  constructor(source: Buffer) {
    this.#source = source;
    this.#target = source;
  }

  /** Bytes packed so far. */
  get length(): number {
    return this.#length;
  }

  /** Adds the document in `[start, end)` of the source and a newline. */
  add(start: number, end: number, id: string | null): void {
    const field = id === null ? null : idField(this.#source, start, end, id);
    if (field === null) {
      this.#reserve(end - start + 1, end);
      this.#source.copy(this.#target, this.#length, start, end);
      this.#length += end - start;
    } else {
      this.#reserve(end - start + field.length + 1, end);
      // The rest first: it may overlap the place of the field.
      this.#source.copy(this.#target, this.#length + 1 + field.length, start + 1, end);
      this.#target[this.#length] = OPEN_BRACE;
      field.copy(this.#target, this.#length + 1);
      this.#length += end - start + field.length;
    }
    this.#target[this.#length++] = 10;
  }

  slice(start: number, end: number): Buffer {
    return this.#target.subarray(start, end);
  }

  /** Makes room for `bytes`; within the source, what lies behind `readTo` is not yet packed and must stay. */
  #reserve(bytes: number, readTo: number): void {
    const needed = this.#length + bytes;
    const limit = this.#target === this.#source ? readTo + 1 : this.#target.length;
    if (needed <= limit) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed * 2, this.#source.length + 65_536));
    this.#target.copy(grown, 0, 0, this.#length);
    this.#target = grown;
  }
}

/** `"elasticsearch.id":"…",` for a document that is an object, null for anything else. */
function idField(bytes: Buffer, start: number, end: number, id: string): Buffer | null {
  if (bytes[start] !== OPEN_BRACE) return null;
  let next = start + 1;
  while (next < end && (bytes[next] === 32 || bytes[next] === 9)) next++;
  return Buffer.from(`"elasticsearch.id":${JSON.stringify(id)}${bytes[next] === CLOSE_BRACE ? '' : ','}`);
}
