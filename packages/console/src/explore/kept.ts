/** A short list that this browser keeps, newest first. What is not of the right shape, is dropped. */
class KeptList<T> {
  readonly #key: string;
  readonly #max: number;
  readonly #isEntry: (value: unknown) => value is T;
  readonly #identity: (entry: T) => string;

  constructor(key: string, max: number, isEntry: (value: unknown) => value is T, identity: (entry: T) => string) {
    this.#key = key;
    this.#max = max;
    this.#isEntry = isEntry;
    this.#identity = identity;
  }

  all(): T[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter(this.#isEntry) : [];
    } catch {
      return [];
    }
  }

  /** Puts it first; an older one of the same identity goes. */
  add(entry: T): void {
    const others = this.all().filter((other) => this.#identity(other) !== this.#identity(entry));
    localStorage.setItem(this.#key, JSON.stringify([entry, ...others].slice(0, this.#max)));
  }

  remove(identity: string): void {
    const others = this.all().filter((other) => this.#identity(other) !== identity);
    localStorage.setItem(this.#key, JSON.stringify(others));
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const recentSearches = new KeptList<string>('moalog.recent', 20, isText, (text) => text);

export interface SavedSearch {
  readonly name: string;
  /** The address behind `?`: search, range, columns. */
  readonly address: string;
}
export const savedSearches = new KeptList<SavedSearch>(
  'moalog.saved',
  100,
  (value): value is SavedSearch => isObject(value) && isText(value.name) && isText(value.address),
  (saved) => saved.name,
);

export interface RecentRange {
  readonly from: string;
  readonly to: string;
}
export const recentRanges = new KeptList<RecentRange>(
  'moalog.ranges',
  6,
  (value): value is RecentRange => isObject(value) && isText(value.from) && isText(value.to),
  (range) => `${range.from} ${range.to}`,
);
