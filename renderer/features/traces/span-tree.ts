import type { SpanOutline } from '../../../local-api/contract/index.ts';

/** A span in its place: `row` counts in the order of the tree drawn from top to bottom with nothing folded. */
export type SpanNode = {
  span: SpanOutline;
  depth: number;
  /** Spans directly below. */
  children: number;
  /** Row after the last span below this one, at any depth. */
  end: number;
  /** Row of the span above; -1 for a root. */
  parent: number;
  /** After the start of the trace. */
  startMs: number;
  /** null: still running, or its end was never told. */
  durationMs: number | null;
};

export type SpanTree = { nodes: readonly SpanNode[]; totalMs: number };

const nsPerMs = 1e6;

/**
 * Puts spans into a tree: parents before children, siblings in the order given. A span whose parent is missing, and one
 * that is its own ancestor, stands at the top, so that each span is there once. Linear in the number of spans.
 */
export function buildSpanTree(spans: readonly SpanOutline[]): SpanTree {
  const origin = spans.reduce<bigint | null>((least, { startNs }) => {
    const start = BigInt(startNs);
    return least === null || start < least ? start : least;
  }, null);
  const sinceStart = (ns: string) => Number(BigInt(ns) - (origin ?? 0n)) / nsPerMs;
  const known = new Set(spans.map(({ id }) => id));
  const below = Map.groupBy(spans, ({ parentId }) =>
    parentId !== null && known.has(parentId) ? parentId : null,
  );
  const nodes: SpanNode[] = [];
  const placed = new Set<string>();

  const place = (root: SpanOutline): void => {
    const open: { span: SpanOutline; depth: number; parent: number }[] = [
      { span: root, depth: 0, parent: -1 },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (placed.has(next.span.id)) continue;
      placed.add(next.span.id);
      const row = nodes.length;
      const own = (below.get(next.span.id) ?? []).filter(({ id }) => !placed.has(id));
      const startMs = sinceStart(next.span.startNs);
      const endMs = next.span.endNs === null ? null : sinceStart(next.span.endNs);
      nodes.push({
        ...next,
        children: own.length,
        end: row + 1,
        startMs,
        durationMs: endMs === null ? null : Math.max(0, endMs - startMs),
      });
      for (const span of own.toReversed()) open.push({ span, depth: next.depth + 1, parent: row });
    }
  };
  for (const root of below.get(null) ?? []) place(root);
  // What is left goes round in a circle.
  for (const span of spans) if (!placed.has(span.id)) place(span);

  for (let row = nodes.length - 1; row >= 0; row -= 1) {
    const node = nodes[row];
    const parent = node === undefined ? undefined : nodes[node.parent];
    if (node !== undefined && parent !== undefined) parent.end = Math.max(parent.end, node.end);
  }
  const totalMs = nodes.reduce(
    (most, { startMs, durationMs }) => Math.max(most, startMs + (durationMs ?? 0)),
    0,
  );
  return { nodes, totalMs };
}

/** The rows to draw: all but those below a folded span. */
export function shownRows(tree: SpanTree, folded: ReadonlySet<string>): number[] {
  const rows: number[] = [];
  for (let row = 0; row < tree.nodes.length; ) {
    const node = tree.nodes[row];
    if (node === undefined) break;
    rows.push(row);
    row = folded.has(node.span.id) ? node.end : row + 1;
  }
  return rows;
}

/** Without what hides `row`: the folded spans above it. */
export function unfoldedTo(tree: SpanTree, row: number, folded: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Set(folded);
  for (let above = tree.nodes[row]?.parent ?? -1; above >= 0; above = tree.nodes[above]?.parent ?? -1) {
    const node = tree.nodes[above];
    if (node !== undefined) next.delete(node.span.id);
  }
  return next.size === folded.size ? folded : next;
}

/** Rows whose span has all the words in its name, type or error. Case does not matter. */
export function matchingRows(tree: SpanTree, text: string): number[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return tree.nodes.flatMap(({ span }, row) => {
    const said = `${span.name} ${span.type} ${span.statusMessage}`.toLowerCase();
    return words.every((word) => said.includes(word)) ? [row] : [];
  });
}

export function failedRows(tree: SpanTree): number[] {
  return tree.nodes.flatMap(({ span }, row) => (span.status === 'error' ? [row] : []));
}

/** Of rows in order, the one to go to from `row`: the next or the one before, round the end. */
export function neighbour(rows: readonly number[], row: number, step: 1 | -1): number | undefined {
  if (step === 1) return rows.find((each) => each > row) ?? rows[0];
  return rows.findLast((each) => each < row) ?? rows.at(-1);
}

/** Round moments for an axis from 0 to `totalMs`: at most about `most` of them, in steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(totalMs: number, most = 5): number[] {
  if (!(totalMs > 0)) return [0];
  const rough = totalMs / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(totalMs / step + 1e-9) + 1 }, (_, i) => i * step);
}
