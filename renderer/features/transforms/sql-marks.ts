import type { Problem } from '../../../local-api/contract/index.ts';
import type { EditorMark } from '../training/recipe-editor/CodeEditor.tsx';

/** The faults of a query as marks: the word or sign at each place; at the end of the text the last one before it. */
export function marksOf(sql: string, problems: readonly Problem[]): EditorMark[] {
  return problems.flatMap(({ path, message, expected, at }) => {
    if (path !== '/sql' || at === undefined) return [];
    const end = sql.trimEnd().length;
    const word = /^(?:[\p{L}\p{N}_]+|"[^"]*"|\S)/u.exec(sql.slice(at.offset))?.[0] ?? '';
    const from = at.offset < end ? at.offset : Math.max(end - 1, 0);
    return [
      {
        from,
        to: at.offset < end ? from + Math.max(word.length, 1) : end,
        severity: 'error' as const,
        message: expected === undefined ? message : `${message}: ${expected}`,
      },
    ];
  });
}
