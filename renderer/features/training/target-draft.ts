/** What is to be predicted. */
export type TargetDraft =
  | { kind: 'column'; column: string }
  | { kind: 'expression'; name: string; expression: string };

/** The columns that make the target: itself, or every column that its expression names. */
export function targetColumns(target: TargetDraft, columns: readonly string[]): string[] {
  if (target.kind === 'column') return columns.filter((name) => name === target.column);
  const outsideTexts = target.expression.replace(/'(?:[^']|'')*'/g, ' ');
  const words = outsideTexts.match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
  const named = new Set(
    words.map((word) =>
      (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word).toLowerCase(),
    ),
  );
  return columns.filter((name) => named.has(name.toLowerCase()));
}

/** The name that the answer has in the model. */
export function targetName(target: TargetDraft): string {
  return target.kind === 'column' ? target.column : target.name;
}
