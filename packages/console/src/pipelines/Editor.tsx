import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';

/** Characters that are wrong. */
export interface Wrong {
  readonly from: number;
  readonly to: number;
}

const setWrong = StateEffect.define<readonly Wrong[]>();
const wrongField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setWrong)) return marked(effect.value, transaction.newDoc.length);
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marked(wrong: readonly Wrong[], length: number): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of wrong.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const end = Math.min(Math.max(to, from + 1), length);
    if (from < end) builder.add(from, end, Decoration.mark({ class: 'q-wrong' }));
  }
  return builder.finish();
}

/** Text in lines. Tab leaves it, so that the keyboard gets on. `text` replaces what is there when it is another. */
export function Editor({
  text,
  label,
  hint,
  wrong,
  onChange,
  onSave,
}: {
  text: string;
  label: string;
  hint: string;
  wrong: readonly Wrong[];
  onChange: (text: string) => void;
  onSave: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const acts = useRef({ onChange, onSave });
  acts.current = { onChange, onSave };
  const first = useRef(text);
  useEffect(() => {
    if (place.current === null) return;
    const save = (): boolean => {
      acts.current.onSave();
      return true;
    };
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          EditorState.tabSize.of(2),
          keymap.of([{ key: 'Mod-s', preventDefault: true, run: save }, ...defaultKeymap, ...historyKeymap]),
          placeholder(hint),
          wrongField,
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) acts.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, hint]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => view.current?.dispatch({ effects: setWrong.of(wrong) }), [wrong]);
  return <div ref={place} className="pipeline-editor" />;
}
