import { addRow } from './purity.ts';

/**
 * The rows that a tree is grown on, with their targets and weights beside them: a node is a stretch of all three, so that
 * the hot loops read them in order.
 */
export type NodeRows = { rows: Uint32Array; y: Float64Array; weights: Float64Array };

/** Brings the rows that go left to the front of the stretch, both sides in their order; gives the border. */
export function partition(
  all: NodeRows,
  spare: NodeRows,
  start: number,
  end: number,
  goesLeft: (row: number) => boolean,
): number {
  let border = start;
  let kept = 0;
  for (let i = start; i < end; i++) {
    const row = all.rows[i] as number;
    const isLeft = goesLeft(row);
    const to = isLeft ? all : spare;
    const at = isLeft ? border++ : kept++;
    to.rows[at] = row;
    to.y[at] = all.y[i] as number;
    to.weights[at] = all.weights[i] as number;
  }
  all.rows.set(spare.rows.subarray(0, kept), border);
  all.y.set(spare.y.subarray(0, kept), border);
  all.weights.set(spare.weights.subarray(0, kept), border);
  return border;
}

/** Room for `count` rows. */
export function nodeRows(count: number): NodeRows {
  return { rows: new Uint32Array(count), y: new Float64Array(count), weights: new Float64Array(count) };
}

/** Adds up the rows of a stretch: the weight of each class, or the weight and the weighted sum of the targets. */
export function addSums(
  { y, weights }: NodeRows,
  start: number,
  end: number,
  isClasses: boolean,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let i = start; i < end; i++) addRow(sums, 0, isClasses, y[i] as number, weights[i] as number);
}

/** Whether all rows of a stretch have one target: nothing is left to be split. */
export function isOfOneTarget({ y }: NodeRows, start: number, end: number): boolean {
  const first = y[start];
  for (let i = start + 1; i < end; i++) if (y[i] !== first) return false;
  return true;
}
