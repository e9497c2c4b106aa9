const KEPT = 'moalog.recent';
const MAX_KEPT = 20;

/** Searches of this browser, newest first. */
export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberSearch(text: string): void {
  if (text.trim() === '') return;
  const kept = [text, ...recentSearches().filter((other) => other !== text)].slice(0, MAX_KEPT);
  localStorage.setItem(KEPT, JSON.stringify(kept));
}
