import {
  type CompletionContext,
  type CompletionSource,
  type Completion as EditorCompletion,
  startCompletion,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Completion, Completions } from './completion.ts';

export type Completer = (text: string, offset: number) => Completions | null;

/** What the editor asks while somebody writes; unasked only within a word, or where a value begins. */
export function completionSource(complete: Completer): CompletionSource {
  return ({ state, pos, explicit }: CompletionContext) => {
    const found = complete(state.doc.toString(), pos);
    if (found === null) return null;
    const before = state.sliceDoc(state.doc.lineAt(pos).from, pos);
    if (!explicit && found.from === pos && !/[:[,-] $|^ *$/.test(before)) return null;
    return {
      from: found.from,
      to: found.to,
      options: found.options.map((option, index) => toEditor(option, state.sliceDoc(found.from, pos), index)),
      validFor: /^"?[\p{L}\p{N}_. -]*$/u,
    };
  };
}

function toEditor(option: Completion, typed: string, index: number): EditorCompletion {
  const { label, detail, description, kind, insert, hasMore } = option;
  return {
    // A word in quotes is matched with its quotes.
    label: typed.startsWith('"') ? JSON.stringify(label) : label,
    displayLabel: label,
    detail,
    ...(description === '' ? {} : { info: description }),
    type: kind,
    // In the order of the contract, as far as what was typed leaves a choice.
    boost: -Math.min(99, index),
    apply: (view: EditorView, _: EditorCompletion, from: number, to: number) => {
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        userEvent: 'input.complete',
        scrollIntoView: true,
      });
      if (hasMore) startCompletion(view);
    },
  };
}
