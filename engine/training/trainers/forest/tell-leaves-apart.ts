import type { Tree } from '../gbdt/tree.ts';

/** Smaller than any share that counts, and a normal float32. */
const ALMOST_NOTHING = 2 ** -100;

/**
 * ONNX Runtime (1.30) takes two nodes that ask for a category of one column, the second where the first says no, for one node
 * when their leaves begin with the same number, whatever follows. So where leaves hold `k` shares and that would happen, the
 * second leaf's first share is made larger by its last bit or two. O(nodes).
 */
export function tellLeavesApart({ column, list, left, right, outputs }: Tree, k: number): void {
  if (k === 1 || !outputs) return;
  // A child comes after its parent, so a leaf that was changed is compared with the next one as it now is.
  for (let node = 0; node < column.length; node++) {
    const next = right[node] as number;
    const isPair =
      (list[node] as number) >= 0 && (list[next] as number) >= 0 && column[next] === column[node];
    if (!isPair) continue;
    const [one, other] = [left[node] as number, left[next] as number];
    if ((column[one] as number) >= 0 || (column[other] as number) >= 0) continue;
    const share = outputs[other * k] as number;
    if (share !== outputs[one * k]) continue;
    outputs[other * k] = share === 0 ? ALMOST_NOTHING : share * (1 + 2 ** -22);
  }
}
