import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const mono = 'var(--mantine-font-family-monospace)';

/** The editor in the colours of the workbench, whichever theme it is in. */
export const editorTheme = EditorView.theme({
  '&': {
    color: 'var(--a-text)',
    backgroundColor: 'var(--a-surface)',
    fontSize: '12.5px',
    border: '1px solid var(--a-line-strong)',
    borderRadius: '6px',
  },
  '&.cm-focused': { outline: '2px solid var(--a-accent)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: mono, lineHeight: '1.55', maxHeight: '70vh' },
  '.cm-content, .cm-gutter': { minHeight: '320px' },
  '.cm-content': { caretColor: 'var(--a-text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--a-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--a-selected)',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--a-sunken)',
    color: 'var(--a-dim)',
    borderRight: '1px solid var(--a-line)',
    borderRadius: '6px 0 0 6px',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--a-accent) 7%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--a-selected)', outline: '1px solid var(--a-line-strong)' },
  '.cm-tooltip': {
    color: 'var(--a-text)',
    backgroundColor: 'var(--a-raised)',
    border: '1px solid var(--a-line-strong)',
    borderRadius: '6px',
    boxShadow: 'var(--mantine-shadow-md)',
    maxWidth: '440px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: mono, maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', display: 'flex', gap: '14px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--a-text)',
    backgroundColor: 'var(--a-selected)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--a-accent)', fontWeight: '600' },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', color: 'var(--a-dim)' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--a-bad)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--a-warn)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--a-bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--a-warn)',
    textUnderlineOffset: '3px',
  },
  '.cm-lint-marker-error, .cm-lint-marker-warning': { content: 'none', borderRadius: '50%' },
  '.cm-lint-marker': { width: '9px', height: '9px', margin: '5px 2px 0' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--a-bad)' },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--a-warn)' },
  '.cm-panels': { color: 'var(--a-text)', backgroundColor: 'var(--a-sunken)' },
});

export const tokenColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--a-accent)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--a-brass)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--a-good)' },
  { tag: tags.comment, color: 'var(--a-dim)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--a-dim)' },
]);
