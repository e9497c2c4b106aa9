/** How the bytes before an offset ended: tells whether a file is still the one that was read. */
export interface Tail {
  readonly bytes: number;
  /** Start of their SHA-256. */
  readonly hash: string;
}

/** Bytes of a file that were handed over as one batch: `[start, end)`. Its batch id is `FILE:START-END`. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly tail: Tail;
  acknowledged: boolean;
}

/** What is remembered of a file. Everything below `acknowledged` is durable at the server. */
export interface StoredFile {
  /** Random, of this content: a file that starts anew under the same name or inode gets another. */
  readonly id: string;
  readonly source: string;
  /** Where it was found first: what its events say. */
  readonly name: string;
  /** Where it was seen last. */
  path: string;
  /** `dev:inode`. */
  inode: string;
  acknowledged: number;
  tail: Tail;
  /** In order, without gaps, from `acknowledged` on. */
  ranges: Range[];
}

/** One line of the journal. */
export type Entry =
  | { readonly type: 'file'; readonly file: StoredFile }
  | { readonly type: 'place'; readonly id: string; readonly path: string; readonly inode: string }
  | { readonly type: 'range'; readonly id: string; readonly start: number; readonly end: number; readonly tail: Tail }
  | { readonly type: 'acknowledged'; readonly id: string; readonly start: number }
  | { readonly type: 'forget'; readonly id: string }
  /** An inode that is a copy of a file (copytruncate), not read on its own. */
  | { readonly type: 'copy'; readonly inode: string; readonly of: string }
  | { readonly type: 'no-copy'; readonly inode: string };

export interface JournalState {
  readonly files: Map<string, StoredFile>;
  /** Id of the original by the copy's inode. */
  readonly copies: Map<string, string>;
}

export function apply({ files, copies }: JournalState, entry: Entry): void {
  if (entry.type === 'file') files.set(entry.file.id, entry.file);
  else if (entry.type === 'copy') copies.set(entry.inode, entry.of);
  else if (entry.type === 'no-copy') copies.delete(entry.inode);
  else if (entry.type === 'forget') files.delete(entry.id);
  else {
    const file = files.get(entry.id);
    if (file === undefined) return;
    if (entry.type === 'place') {
      file.path = entry.path;
      file.inode = entry.inode;
      copies.delete(entry.inode);
    } else if (entry.type === 'range') {
      file.ranges.push({ start: entry.start, end: entry.end, tail: entry.tail, acknowledged: false });
    } else acknowledge(file, entry.start);
  }
}

function acknowledge(file: StoredFile, start: number): void {
  const range = file.ranges.find((each) => each.start === start);
  if (range !== undefined) range.acknowledged = true;
  for (let first = file.ranges[0]; first?.acknowledged === true; first = file.ranges[0]) {
    file.acknowledged = first.end;
    file.tail = first.tail;
    file.ranges.shift();
  }
}
