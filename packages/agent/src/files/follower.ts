import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import type { AgentConfig, SourceConfig } from '../config/config.ts';
import type { Journal } from '../journal/journal.ts';
import type { StoredFile } from '../journal/stored-file.ts';
import type { Log } from '../log.ts';
import {
  agreeBefore,
  endsAlike,
  inodeOf,
  NO_TAIL,
  type OpenFile,
  openForReading,
  TAIL_BYTES,
  tailOf,
} from './content.ts';
import { type Found, findFiles } from './finder.ts';
import { TailedFile } from './tailed-file.ts';

export interface FollowerParts {
  readonly config: Pick<AgentConfig, 'sources' | 'batchBytes' | 'flushMs' | 'closeMs'>;
  readonly journal: Journal;
  readonly log: Log;
  /** Bytes that were there and cannot be read any more. */
  readonly lost: (file: StoredFile, bytes: number) => void;
}

/** Knows which files there are, and which of them are the same under another name, a copy, or new under an old name. */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #byInode = new Map<string, TailedFile>();
  /** Files whose content is gone; what is being sent of them is waited for. */
  readonly #gone = new Set<TailedFile>();
  readonly #complaints = new Set<string>();
  #isFirstScan = true;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    for (const stored of parts.journal.state.files.values()) this.#resume(stored);
  }

  files(): TailedFile[] {
    return [...this.#byInode.values(), ...this.#gone];
  }

  /** Looks through the globs. */
  scan(now: number): void {
    const seen = new Set<TailedFile>();
    const copiesSeen = new Set<string>();
    const { copies } = this.#parts.journal.state;
    for (const source of this.#parts.config.sources) {
      const complain = (pattern: string, error: unknown): void => this.#complain(pattern, error);
      for (const found of findFiles(source.paths ?? [], source.exclude, complain)) {
        if (copies.has(found.inode)) copiesSeen.add(found.inode);
        const file = this.#byInode.get(found.inode) ?? this.#begin(source, found);
        if (file === null || file.source.id !== source.id) continue;
        seen.add(file);
        file.leftAt = null;
        if (file.stored.path !== found.path)
          this.#note({ type: 'place', id: file.stored.id, path: found.path, inode: found.inode });
      }
    }
    for (const file of this.#byInode.values()) if (!seen.has(file)) file.leftAt ??= now;
    // An inode that is gone may come back as another file.
    for (const inode of [...copies.keys()]) if (!copiesSeen.has(inode)) this.#note({ type: 'no-copy', inode });
    this.#isFirstScan = false;
  }

  /** The content of a file was replaced: goes on in its copy where there is one, and starts with the new content. */
  startAnew(file: TailedFile): void {
    const { stored, source } = file;
    const { inode, path: place } = stored;
    const copy = this.#findCopy(file);
    this.#byInode.delete(inode);
    if (copy === null) {
      this.#parts.log('info', 'file_replaced', 'a file was truncated or written anew; it is read from its start', {
        path: place,
      });
      this.#gone.add(file);
      file.close();
    } else {
      this.#parts.log('info', 'file_copied', 'a file was copied and truncated; its rest is read from the copy', {
        path: place,
        copy: copy.path,
      });
      file.moveTo(copy.descriptor);
      file.leftAt = Date.now();
      this.#byInode.set(copy.inode, file);
      this.#note({ type: 'place', id: stored.id, path: copy.path, inode: copy.inode });
    }
    if (inodeOf(place) === inode) this.#open(source, { path: place, inode }, 0);
  }

  /** Nothing will come from the file any more, and all of it is acknowledged. Remembered while it may come back under another name. */
  finish(file: TailedFile): void {
    if (file.isDeleted() || this.#gone.has(file)) this.#note({ type: 'forget', id: file.stored.id });
    file.close();
    this.#gone.delete(file);
    if (this.#byInode.get(file.stored.inode) === file) this.#byInode.delete(file.stored.inode);
  }

  /** What can no longer be read and is not being sent is lost: said once, and forgotten. */
  giveUp(file: TailedFile): void {
    if (!this.#gone.has(file) || file.sending.size > 0) return;
    const bytes = file.stored.ranges.reduce(
      (sum, range) => sum + (range.acknowledged ? 0 : range.end - range.start),
      0,
    );
    if (bytes > 0) this.#parts.lost(file.stored, bytes);
    this.#gone.delete(file);
    this.#note({ type: 'forget', id: file.stored.id });
  }

  close(): void {
    for (const file of this.#byInode.values()) file.close();
  }

  #resume(stored: StoredFile): void {
    const source = this.#parts.config.sources.find(({ id }) => id === stored.source);
    if (source === undefined) return;
    const place = this.#placeOf(stored);
    if (place === null) {
      const bytes = stored.ranges.reduce((sum, range) => sum + range.end - range.start, 0);
      if (bytes > 0) this.#parts.lost(stored, bytes);
      this.#note({ type: 'forget', id: stored.id });
      return;
    }
    const file = this.#follow(stored, source, place);
    if (file === null) return;
    if (place.inode !== stored.inode || place.path !== stored.path)
      this.#note({ type: 'place', id: stored.id, path: place.path, inode: place.inode });
    if (!file.isSame()) this.startAnew(file);
  }

  /** Where a file of the last run is now: under its name, under another name beside it, or under its name with another inode (device numbers change). */
  #placeOf({ path: name, inode, acknowledged, tail }: StoredFile): Found | null {
    const there = inodeOf(name);
    if (there === inode) return { path: name, inode };
    for (const beside of besides(name)) if (inodeOf(beside) === inode) return { path: beside, inode };
    if (there === null || acknowledged === 0) return null;
    const opened = this.#tryOpen(name);
    if (opened === null) return null;
    try {
      return endsAlike(opened.descriptor, acknowledged, tail) ? { path: name, inode: opened.inode } : null;
    } finally {
      closeSync(opened.descriptor);
    }
  }

  /** A file that was not followed until now; null when it is none to follow. */
  #begin(source: SourceConfig, found: Found): TailedFile | null {
    const { state, isNew } = this.#parts.journal;
    if (state.copies.has(found.inode)) return null;
    // Files that were left and came back.
    for (const stored of state.files.values()) {
      if (stored.inode !== found.inode || stored.source !== source.id) continue;
      const file = this.#follow(stored, source, found);
      if (file === null || file.isSame()) return file;
      this.#byInode.delete(found.inode);
      file.close();
      this.#note({ type: 'forget', id: stored.id });
    }
    if (this.#isCopy(found)) return this.#byInode.get(found.inode) ?? null;
    return this.#open(source, found, isNew && this.#isFirstScan && source.startAt === 'end' ? 'end' : 0);
  }

  #open(source: SourceConfig, found: Found, at: 0 | 'end'): TailedFile | null {
    const opened = this.#tryOpen(found.path);
    if (opened === null) return null;
    // Between looking and opening another file may have taken the name.
    const { descriptor, inode } = opened;
    if (this.#byInode.has(inode)) {
      closeSync(descriptor);
      return null;
    }
    const start = at === 'end' ? lastLineEnd(descriptor) : { acknowledged: 0, tail: NO_TAIL };
    const stored: StoredFile = {
      ...{ id: randomBytes(9).toString('base64url'), source: source.id, name: found.path, path: found.path, inode },
      ...start,
      ranges: [],
    };
    this.#note({ type: 'file', file: stored });
    const file = new TailedFile(stored, source, descriptor, this.#parts.config);
    this.#byInode.set(inode, file);
    this.#parts.log('info', 'file_found', 'a file is followed', { path: found.path, source: source.id });
    return file;
  }

  #follow(stored: StoredFile, source: SourceConfig, found: Found): TailedFile | null {
    const opened = this.#tryOpen(found.path);
    if (opened === null) return null;
    const file = new TailedFile(stored, source, opened.descriptor, this.#parts.config);
    this.#byInode.set(opened.inode, file);
    return file;
  }

  /** Whether it is a copy of a followed file beside it so far, as copytruncate makes before it truncates; one that is truncated by now goes on in it. */
  #isCopy(found: Found): boolean {
    const candidates = [...this.#byInode.values()].filter(
      ({ stored, readAt }) => readAt > 0 && isNamedAfter(found.path, stored.path),
    );
    for (const original of candidates) {
      if (original.isReading) return true;
      if (!original.isSame()) this.startAnew(original);
      if (this.#byInode.has(found.inode)) return true;
    }
    const opened = candidates.length === 0 ? null : this.#tryOpen(found.path);
    if (opened === null) return false;
    try {
      const { size } = fstatSync(opened.descriptor);
      const original = candidates.find(({ descriptor, readAt }) => {
        const offset = Math.min(size, readAt);
        return descriptor !== null && offset > 0 && agreeBefore(opened.descriptor, descriptor, offset);
      });
      if (original !== undefined) this.#note({ type: 'copy', inode: found.inode, of: original.stored.id });
      return original !== undefined;
    } finally {
      closeSync(opened.descriptor);
    }
  }

  /** A copy that holds at least what was read of the file. */
  #findCopy({ stored, readAt, tail }: TailedFile): (OpenFile & { readonly path: string }) | null {
    if (readAt === 0) return null;
    for (const beside of besides(stored.path)) {
      if (!isNamedAfter(beside, stored.path)) continue;
      const opened = this.#tryOpen(beside);
      if (opened === null) continue;
      if (!this.#byInode.has(opened.inode) && endsAlike(opened.descriptor, readAt, tail))
        return { ...opened, path: beside };
      closeSync(opened.descriptor);
    }
    return null;
  }

  #tryOpen(file: string): OpenFile | null {
    try {
      return openForReading(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#complain(file, error);
      return null;
    }
  }

  /** Once for a place and reason. */
  #complain(place: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#complaints.has(`${place} ${reason}`) || this.#complaints.size > 10_000) return;
    this.#complaints.add(`${place} ${reason}`);
    this.#parts.log('warn', 'file_unreadable', `${place} cannot be read: ${reason}`, { path: place });
  }

  /** Durable with the next range: until then the same conclusion would be drawn again. */
  #note(entry: Parameters<Journal['append']>[0]): void {
    this.#parts.journal.append(entry).catch((error: unknown) => this.#complain('the journal', error));
  }
}

/** Whether a name is the other with something in or behind it: app.log.1, app-2026.log. */
function isNamedAfter(name: string, original: string): boolean {
  if (path.dirname(name) !== path.dirname(original) || name === original) return false;
  return path.basename(name).startsWith(path.parse(original).name);
}

function besides(name: string): string[] {
  const directory = path.dirname(name);
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && path.join(directory, entry.name) !== name)
      .map((entry) => path.join(directory, entry.name));
  } catch {
    return [];
  }
}

/** Where following begins that leaves out what is there: behind the last newline. */
function lastLineEnd(descriptor: number): Pick<StoredFile, 'acknowledged' | 'tail'> {
  const { size } = fstatSync(descriptor);
  const bytes = Buffer.alloc(Math.min(size, 65_536));
  const from = size - bytes.length;
  const got = readSync(descriptor, bytes, 0, bytes.length, from);
  const end = bytes.subarray(0, got).lastIndexOf(10) + 1;
  return end === 0
    ? { acknowledged: 0, tail: NO_TAIL }
    : { acknowledged: from + end, tail: tailOf(bytes.subarray(Math.max(0, end - TAIL_BYTES), end)) };
}
