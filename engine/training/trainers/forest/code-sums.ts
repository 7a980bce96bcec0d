import type { NodeRows } from './node-rows.ts';
import { addRow, type Purity } from './purity.ts';
import type { Node } from './split.ts';

/** Codes of a byte. */
const CODES = 256;
/** Up to so many codes of a node are sorted; of more, all codes are walked. */
const FEW_CODES = 48;

/** What a node's rows add up to by the code of one column. */
export type CodeSums = {
  /** The codes that the node has, after `count`. */
  order: Uint16Array;
  rows: Uint32Array;
  /** `width` sums a code. */
  sums: Float64Array;
  /** Counts the node; gives how many codes there are, ascending in `order`. O(rows + codes). */
  count(node: Node, codes: Uint8Array): number;
  /** Makes ready for the next node; `order` must still hold the codes. */
  clear(used: number): void;
};

export function codeSums({ rows, y, weights }: NodeRows, { width, isClasses }: Purity): CodeSums {
  const sums = new Float64Array(CODES * width);
  const counts = new Uint32Array(CODES);
  const order = new Uint16Array(CODES);
  return {
    order,
    rows: counts,
    sums,
    count({ start, end }, codes) {
      let used = 0;
      for (let i = start; i < end; i++) {
        const code = codes[rows[i] as number] as number;
        const before = counts[code] as number;
        if (before === 0) order[used++] = code;
        counts[code] = before + 1;
        addRow(sums, code * width, isClasses, y[i] as number, weights[i] as number);
      }
      if (used <= FEW_CODES) {
        sortFew(order, used);
        return used;
      }
      used = 0;
      for (let code = 0; code < CODES; code++) if ((counts[code] as number) > 0) order[used++] = code;
      return used;
    },
    clear(used) {
      for (let i = 0; i < used; i++) {
        const code = order[i] as number;
        counts[code] = 0;
        for (let at = code * width; at < (code + 1) * width; at++) sums[at] = 0;
      }
    },
  };
}

/** By insertion: most nodes have a handful. */
function sortFew(order: Uint16Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const code = order[i] as number;
    let at = i;
    for (; at > 0 && (order[at - 1] as number) > code; at--) order[at] = order[at - 1] as number;
    order[at] = code;
  }
}
