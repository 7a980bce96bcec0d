/** A stretch of lines: in both texts, or in one of them only. */
export type DiffPart = { kind: 'same' | 'removed' | 'added'; lines: string[] };

/** Cells of the table of the longest common subsequence that are worth their memory. */
const MOST_CELLS = 6_000_000;

/**
 * What turns one text into another, line by line: a longest common subsequence (Wagner and Fischer, 1974) of what remains
 * between equal beginnings and ends. Texts that differ in too many lines are told as one whole replaced by the other.
 */
export function diffLines(before: string, after: string): DiffPart[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return joined([
    { kind: 'same', lines: a.slice(0, head) },
    ...middle,
    { kind: 'same', lines: tail === 0 ? [] : a.slice(-tail) },
  ]);
}

function between(a: readonly string[], b: readonly string[]): DiffPart[] {
  const width = b.length + 1;
  if (a.length * b.length > MOST_CELLS || a.length === 0 || b.length === 0) {
    return [
      { kind: 'removed', lines: [...a] },
      { kind: 'added', lines: [...b] },
    ];
  }
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] as number) + 1
          : Math.max(lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number);
    }
  }
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      parts.push({ kind: 'same', lines: [a[i] ?? ''] });
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] as number) >= (lengths[i * width + j + 1] as number)) {
      parts.push({ kind: 'removed', lines: [a[i] ?? ''] });
      i += 1;
    } else {
      parts.push({ kind: 'added', lines: [b[j] ?? ''] });
      j += 1;
    }
  }
  return [...parts, { kind: 'removed', lines: a.slice(i) }, { kind: 'added', lines: b.slice(j) }];
}

function joined(parts: readonly DiffPart[]): DiffPart[] {
  const out: DiffPart[] = [];
  for (const part of parts) {
    if (part.lines.length === 0) continue;
    const last = out.at(-1);
    if (last?.kind === part.kind) last.lines.push(...part.lines);
    else out.push({ kind: part.kind, lines: [...part.lines] });
  }
  return out;
}
