import { describe, expect, it } from 'vitest';
import type { SpanOutline } from '../../../../../local-api/contract/index.ts';
import {
  buildSpanTree,
  failedRows,
  matchingRows,
  neighbour,
  shownRows,
  ticksOf,
  unfoldedTo,
} from '../../../../../renderer/features/traces/span-tree.ts';

const origin = 1_767_323_045_000_000_000n;

function span(
  id: string,
  parentId: string | null,
  startMs: number,
  endMs: number | null,
  more: Partial<SpanOutline> = {},
): SpanOutline {
  const at = (ms: number) => String(origin + BigInt(Math.round(ms * 1e6)));
  return {
    id,
    parentId,
    name: id,
    type: 'CHAIN',
    status: 'ok',
    statusMessage: '',
    startNs: at(startMs),
    endNs: endMs === null ? null : at(endMs),
    ...more,
  };
}

const spans = [
  span('root', null, 0, 100),
  span('retrieve', 'root', 5, 40),
  span('embed', 'retrieve', 6, 10.5),
  span('answer', 'root', 45, 95, { status: 'error', statusMessage: 'rate limit' }),
];
const tree = buildSpanTree(spans);
const names = (rows: readonly number[]) => rows.map((row) => tree.nodes[row]?.span.id);

describe('the tree of a trace', () => {
  it('puts children below their parents and measures from the start of the trace', () => {
    expect(tree.nodes.map(({ span: { id }, depth }) => `${depth} ${id}`)).toEqual([
      '0 root',
      '1 retrieve',
      '2 embed',
      '1 answer',
    ]);
    expect(tree.nodes[2]).toMatchObject({ startMs: 6, durationMs: 4.5, parent: 1, end: 3 });
    expect(tree.totalMs).toBe(100);
  });

  it('keeps nanoseconds apart that one number of milliseconds since 1970 cannot tell apart', () => {
    const close = buildSpanTree([span('a', null, 0, 1), span('b', 'a', 0.000001, 0.000002)]);
    expect(close.nodes[1]?.startMs).toBeCloseTo(1e-6, 12);
  });

  it('shows every span once when parents are missing or go round in a circle', () => {
    const odd = buildSpanTree([
      span('orphan', 'gone', 0, 1),
      span('a', 'b', 0, 1),
      span('b', 'a', 0, 1),
      span('self', 'self', 0, 1),
    ]);
    expect(odd.nodes.map(({ span: { id } }) => id).sort()).toEqual(['a', 'b', 'orphan', 'self']);
  });

  it('has no duration for a span that has not ended', () => {
    expect(buildSpanTree([span('a', null, 0, null)]).nodes[0]).toMatchObject({ durationMs: null });
  });

  it('of thirty thousand spans in one deep chain is built without running out of stack', () => {
    const deep = buildSpanTree(
      Array.from({ length: 30_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, i + 1)),
    );
    expect(deep.nodes.at(-1)).toMatchObject({ depth: 29_999 });
    expect(deep.nodes[0]?.end).toBe(30_000);
  });
});

describe('what is drawn of it', () => {
  it('leaves out what is below a folded span', () => {
    expect(names(shownRows(tree, new Set(['retrieve'])))).toEqual(['root', 'retrieve', 'answer']);
    expect(names(shownRows(tree, new Set(['root'])))).toEqual(['root']);
  });

  it('unfolds what hides a span, and nothing else', () => {
    const unfolded = unfoldedTo(tree, 2, new Set(['root', 'retrieve', 'answer']));
    expect([...unfolded]).toEqual(['answer']);
  });

  it('finds spans by words of name, type and error, and the failed ones', () => {
    expect(names(matchingRows(tree, 'RATE answer'))).toEqual(['answer']);
    expect(matchingRows(tree, '  ')).toEqual([]);
    expect(names(failedRows(tree))).toEqual(['answer']);
  });

  it('goes round the end when it jumps from find to find', () => {
    expect(neighbour([2, 5, 9], 5, 1)).toBe(9);
    expect(neighbour([2, 5, 9], 9, 1)).toBe(2);
    expect(neighbour([2, 5, 9], 2, -1)).toBe(9);
    expect(neighbour([], 0, 1)).toBeUndefined();
  });

  it('has round moments on its axis', () => {
    expect(ticksOf(100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticksOf(0.7)).toHaveLength(4);
    expect(ticksOf(0)).toEqual([0]);
  });
});
