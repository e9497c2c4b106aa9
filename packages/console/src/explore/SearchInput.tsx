import { useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { SearchBar, SearchBarProps } from './SearchBar.tsx';

/** The editor comes at the latest so long after the page stands: later than the first rows, before most people type. */
const EDITOR_AFTER_MS = 1_500;

/**
 * The search bar while its editor, a third of all code, is not there yet: a plain input that searches already. What is typed in it, the
 * cursor and the focus go over to the editor, and never in the middle of a composed (Korean) syllable.
 */
export function SearchInput(props: Omit<SearchBarProps, 'cursor'>) {
  const { t } = useTranslation();
  const [Editor, setEditor] = useState<typeof SearchBar | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const cursor = useRef<number | null>(null);
  const composing = useRef(false);
  const loaded = useRef<typeof SearchBar | null>(null);

  const swap = useCallback(() => {
    const editor = loaded.current;
    if (editor === null || composing.current) return;
    cursor.current = document.activeElement === input.current ? (input.current?.selectionStart ?? 0) : null;
    // At once: a key between the input's end and the editor's beginning would be lost.
    flushSync(() => setEditor(() => editor));
  }, []);
  const load = useCallback(() => {
    void import('./SearchBar.tsx').then(
      ({ SearchBar }) => {
        loaded.current = SearchBar;
        swap();
      },
      () => {}, // the plain input goes on; the next focus tries again
    );
  }, [swap]);
  useEffect(() => {
    const timer = setTimeout(load, EDITOR_AFTER_MS);
    return () => clearTimeout(timer);
  }, [load]);

  if (Editor !== null) return <Editor {...props} cursor={cursor.current} />;
  return (
    <input
      ref={input}
      className="plain-search"
      data-search=""
      aria-label={t('search.label')}
      placeholder={t('search.placeholder')}
      spellCheck={false}
      autoComplete="off"
      value={props.value}
      onFocus={load}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) props.onRun(props.value);
      }}
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={() => {
        composing.current = false;
        setTimeout(swap);
      }}
    />
  );
}
