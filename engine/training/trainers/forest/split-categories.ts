import type { SeededRandom } from '../../../statistics/index.ts';
import type { CodeSums } from './code-sums.ts';
import type { CategoryColumn } from './columns.ts';
import type { ForestSplit, LeftSide, Node } from './split.ts';

/**
 * Cuts the categories of a node in the order of their mean target, or of their share of the class that the node has most of
 * (exact for numbers and two classes: Breiman et al. 1984); with `random` it is a list at random instead. Missing is one of
 * them. The code for rare and unseen ones is never listed, so what a node has not seen goes the way of the unlisted. Null
 * for a constant column. O(rows + codes · log codes).
 */
export function splitCategories(
  counted: CodeSums,
  left: LeftSide,
  node: Node,
  column: number,
  { codes, categories }: CategoryColumn,
  isClasses: boolean,
  random: SeededRandom | null,
): ForestSplit | null {
  const { sums, rows, clear } = counted;
  const used = counted.count(node, codes);
  if (used < 2) {
    clear(used);
    return null;
  }
  const width = node.sums.length;
  const present = Array.from(counted.order.subarray(0, used));
  const order = random ? present : byTarget(present, counted, node, isClasses);
  const cut = random ? bringForward(order, random) : 0;
  left.sums.fill(0);
  let leftRows = 0;
  let best = { gain: Number.NEGATIVE_INFINITY, count: Math.max(1, cut), rows: 0 };
  for (let count = 1; count < used; count++) {
    const code = order[count - 1] as number;
    left.add(sums, code * width);
    leftRows += rows[code] as number;
    if (random && count !== cut) continue;
    const gain = left.purityOfSides(node, leftRows);
    if (gain > best.gain) best = { gain, count, rows: leftRows };
  }
  clear(used);
  const first = order.slice(0, best.count);
  const rest = order.slice(best.count);
  const rare = categories - 1;
  const isSmaller = best.rows * 2 <= node.end - node.start;
  const listed = rest.includes(rare) || (isSmaller && !first.includes(rare)) ? first : rest;
  const list = new Uint8Array(categories);
  for (const code of listed) if (code < categories) list[code] = 1;
  return { column, threshold: 0, list, missingLeft: listed.includes(categories), gain: best.gain };
}

function byTarget(codes: number[], { sums }: CodeSums, node: Node, isClasses: boolean): number[] {
  const width = node.sums.length;
  const of = isClasses && width > 2 ? node.sums.indexOf(Math.max(...node.sums)) : 1;
  const keys = new Map(
    codes.map((code) => {
      const own = sums.subarray(code * width, (code + 1) * width);
      const weight = isClasses ? own.reduce((sum, value) => sum + value, 0) : (own[0] as number);
      return [code, (own[of] as number) / weight];
    }),
  );
  return codes.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || a - b);
}

/** Brings codes drawn one by one to the front: at least one, and not all. Gives how many. */
function bringForward(order: number[], random: SeededRandom): number {
  let drawn = 0;
  for (let i = 0; i < order.length; i++) {
    if (random.next() >= 0.5) continue;
    const code = order[i] as number;
    order[i] = order[drawn] as number;
    order[drawn++] = code;
  }
  return Math.min(Math.max(drawn, 1), order.length - 1);
}
