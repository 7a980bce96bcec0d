import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type Completer, completionSource } from './completion-source.ts';
import { editorTheme, tokenColours } from './editor-theme.ts';
import type { Format } from './recipe-text.ts';
import { sqlLanguage } from './sql-language.ts';

export type EditorMark = { from: number; to: number; severity: 'error' | 'warning'; message: string };

type Props = {
  text: string;
  format: Format | 'sql';
  label: string;
  /** Id of the element that tells how the editor is used. */
  describedBy: string;
  marks: readonly EditorMark[];
  complete: Completer;
  onChange: (text: string) => void;
  /** Gets the editor once it is there, to move its cursor. */
  onReady: (view: EditorView | null) => void;
};

/** Long enough for everybody. */
const TAB_LEAVES_MS = 60_000;

/** A text editor with colours, completion and marks. It is loaded with the first recipe that somebody writes. */
export function CodeEditor(props: Props) {
  const { text, format, marks, label } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  // The editor outlives a render, what it calls does not.
  const latest = useRef(props);
  latest.current = props;
  const language = useRef(new Compartment());

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          language.current.of(languageOf(latest.current.format)),
          extensions,
          autocompletion({
            override: [completionSource((doc, offset) => latest.current.complete(doc, offset))],
            icons: false,
          }),
          EditorView.contentAttributes.of(() => ({
            'aria-label': latest.current.label,
            'aria-describedby': latest.current.describedBy,
            spellcheck: 'false',
          })),
          EditorView.updateListener.of(({ docChanged, state }) => {
            const doc = state.doc.toString();
            if (docChanged && doc !== latest.current.text) latest.current.onChange(doc);
          }),
        ],
      }),
    });
    view.current = made;
    latest.current.onReady(made);
    return () => {
      latest.current.onReady(null);
      made.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(format)) });
  }, [format]);

  useEffect(() => {
    const state = view.current?.state;
    if (!state || state.doc.toString() === text) return;
    view.current?.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    // The label is read when something happens in the editor.
    if (label) view.current?.dispatch({});
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const end = editor.state.doc.length;
    const diagnostics = marks.map(
      ({ from, to, severity, message }): Diagnostic => ({
        from: Math.min(from, end),
        to: Math.min(to, end),
        severity,
        message,
      }),
    );
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [marks]);

  return <div ref={host} />;
}

/** A line that ends with a colon begins something that is indented. */
function openBlock({ state, dispatch }: EditorView): boolean {
  const { from, empty } = state.selection.main;
  const line = state.doc.lineAt(from);
  const indent = /^([ ]*(?:- +)?)[^#]*:[ ]*$/.exec(line.text.slice(0, from - line.from))?.[1];
  if (!empty || indent === undefined || line.to !== from) return false;
  const insert = `\n${' '.repeat(indent.length + 2)}`;
  const selection = { anchor: from + insert.length };
  dispatch(state.update({ changes: { from, insert }, selection, scrollIntoView: true, userEvent: 'input' }));
  return true;
}

/** After Escape, Tab goes on to what comes next on the page, unless something is typed first. */
function letTabLeave(view: EditorView): boolean {
  view.setTabFocusMode(TAB_LEAVES_MS);
  return true;
}

const languageOf = (format: Format | 'sql'): Extension => {
  if (format === 'sql') return sqlLanguage;
  return format === 'json' ? json() : [yaml(), keymap.of([{ key: 'Enter', run: openBlock }])];
};

const extensions: Extension = [
  lineNumbers(),
  lintGutter(),
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  editorTheme,
  syntaxHighlighting(tokenColours),
  EditorView.lineWrapping,
  keymap.of([
    { key: 'Tab', run: acceptCompletion },
    { key: 'Tab', run: indentMore, shift: indentLess },
    { key: 'Escape', run: letTabLeave },
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...defaultKeymap,
    ...historyKeymap,
    ...lintKeymap,
  ]),
];
