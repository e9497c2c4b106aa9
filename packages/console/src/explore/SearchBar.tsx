import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, Prec, RangeSetBuilder } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { describeCursor, quoteField, quoteValue } from '@moalog/search-language';
import { describePipeCursor, type PipeCursor, parseQuery } from '@moalog/search-language/pipes';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { askFields, askValues } from './questions.ts';

interface Scope {
  readonly project: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** Colours by the same parser that the server uses, with what is wrong underlined. */
const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorate(view.state.doc.toString());
    }
    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = decorate(update.state.doc.toString());
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function decorate(text: string): DecorationSet {
  const { tokens, diagnostics } = parseQuery(text);
  const marks = [
    ...tokens.map((token) => ({
      from: token.from,
      to: token.to,
      value: Decoration.mark({ class: `q-${token.kind}` }),
    })),
    ...diagnostics.map((wrong) => ({
      from: Math.min(wrong.from, Math.max(0, text.length - 1)),
      to: Math.min(Math.max(wrong.to, wrong.from + 1), text.length),
      value: Decoration.mark({ class: 'q-wrong' }),
    })),
  ].filter((mark) => mark.to > mark.from);
  const builder = new RangeSetBuilder<Decoration>();
  for (const mark of marks.sort((a, b) => a.from - b.from || a.to - b.to)) builder.add(mark.from, mark.to, mark.value);
  return builder.finish();
}

async function complete(context: CompletionContext, scope: Scope): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const piped = describePipeCursor(text, context.pos);
  if (piped !== null) return completePipe(piped, text, context, scope);
  const cursor = describeCursor(text, context.pos);
  if (cursor.at === 'nothing' || (cursor.at === 'field' && cursor.typed === '' && !context.explicit)) return null;
  if (cursor.at === 'value') {
    return completeValue(cursor.field, cursor.typed, cursor.replace.from, scope);
  }
  const { fields } = await askFields(scope.project, cursor.typed, scope.from);
  const options = fields.slice(0, 50).map((field) => ({
    label: field.name,
    detail: field.type,
    type: 'property',
    boost: field.kind === 'column' ? 10 : field.share,
    apply(view: EditorView, _completion: unknown, from: number, to: number) {
      const text = `${quoteField(field.name)}:`;
      view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
      startCompletion(view);
    },
  }));
  return { from: cursor.replace.from, options };
}

async function completeValue(field: string, typed: string, from: number, scope: Scope): Promise<CompletionResult> {
  const { facets } = await askValues(scope.project, field, typed, scope.from, scope.to);
  const options = (facets[0]?.values ?? []).map(({ value, count }) => ({
    label: value,
    apply: quoteValue(value),
    detail: count.toLocaleString(),
    type: 'constant',
  }));
  return { from, options, filter: false };
}

/** Where something is offered before anything is typed. */
const ASKS = /[|,(]\s*$|\b(?:by|where|sort|stats|eval|top|rare|fields|dedup)\s+$/;
const WORD_TYPES = {
  pipe: 'keyword',
  keyword: 'keyword',
  function: 'function',
  column: 'property',
} satisfies Record<PipeCursor['words'][number]['kind'], string>;

/** Pipes, functions, keywords and columns; fields of the events where they can stand. */
async function completePipe(
  { replace: { from }, typed, words, valueOf: field, writeField }: PipeCursor,
  text: string,
  context: CompletionContext,
  scope: Scope,
): Promise<CompletionResult | null> {
  if (field !== null) return completeValue(field, typed, from, scope);
  if (typed === '' && !context.explicit && !ASKS.test(text.slice(0, context.pos))) return null;
  const found = writeField === null ? [] : (await askFields(scope.project, typed, scope.from)).fields;
  const options = [
    ...words.map((word) => ({
      label: word.text,
      detail: word.example ?? '',
      type: WORD_TYPES[word.kind],
      boost: word.kind === 'column' ? 20 : word.kind === 'function' ? -10 : 0,
      ...(word.kind === 'pipe' ? { apply: `${word.text} ` } : {}),
    })),
    ...found.slice(0, 50).map((each) => ({
      label: each.name,
      apply: writeField?.(each.name) ?? each.name,
      detail: each.type,
      type: 'property',
      boost: each.kind === 'column' ? 10 : each.share,
    })),
  ];
  return options.length === 0 ? null : { from, options };
}

/** Tab takes the chosen completion, or the first. */
function completeFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false;
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

export interface SearchBarProps {
  readonly value: string;
  readonly scope: Scope;
  /** Where the cursor stands at first; null: the editor does not take the focus. */
  readonly cursor: number | null;
  readonly onRun: (text: string) => void;
  readonly onChange: (text: string) => void;
}

/** The search bar: Enter runs, Tab and Ctrl-Space complete. */
export function SearchBar({ value, scope, cursor, onRun, onChange }: SearchBarProps) {
  const { t, i18n } = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef({ scope, onRun, onChange });
  latest.current = { scope, onRun, onChange };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once a language; later values are dispatched below
  useLayoutEffect(() => {
    if (host.current === null) return;
    const run = (editor: EditorView): boolean => {
      latest.current.onRun(editor.state.doc.toString().replaceAll('\n', ' '));
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          autocompletion({
            override: [(context) => complete(context, latest.current.scope).catch(() => null)],
            icons: false,
            // Enter runs the search as it stands, unless someone chose from the list.
            selectOnOpen: false,
          }),
          Prec.high(keymap.of([{ key: 'Tab', run: completeFirst }, ...completionKeymap])),
          keymap.of([{ key: 'Enter', run }, ...historyKeymap, ...defaultKeymap]),
          history(),
          colours,
          placeholder(t('search.placeholder')),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': t('search.label'), 'data-search': '' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (cursor !== null) {
      editor.focus();
      editor.dispatch({ selection: { anchor: Math.min(cursor, value.length) } });
    }
    return () => editor.destroy();
  }, [i18n.language]);

  useEffect(() => {
    const editor = view.current;
    if (editor !== null && editor.state.doc.toString() !== value) {
      editor.dispatch({
        changes: { from: 0, to: editor.state.doc.length, insert: value },
        selection: { anchor: value.length },
      });
    }
  }, [value]);

  return <div ref={host} style={{ flex: 1, minWidth: 0 }} />;
}
