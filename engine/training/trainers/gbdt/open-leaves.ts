/** The leaves that can be split, the next one first: a binary heap. */
export type OpenLeaves<Leaf> = {
  size(): number;
  /** O(log size). */
  push(leaf: Leaf, gain: number, depth: number): void;
  pop(): Leaf | undefined;
  /** Those that are left, in the order in which they came. */
  rest(): Leaf[];
};

/** Orders by gain, or for growth by depth the upper levels first; of equals the one that came first. */
export function openLeaves<Leaf>(growth: 'leaf' | 'depth'): OpenLeaves<Leaf> {
  type Entry = { leaf: Leaf; gain: number; depth: number; order: number };
  const heap: Entry[] = [];
  let pushed = 0;
  const before = (a: Entry, b: Entry): boolean => {
    if (growth === 'depth' && a.depth !== b.depth) return a.depth < b.depth;
    return a.gain === b.gain ? a.order < b.order : a.gain > b.gain;
  };
  const siftUp = (entry: Entry): void => {
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  };
  const siftDown = (entry: Entry): void => {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (!left) break;
      if (right && before(right, left)) child++;
      const next = heap[child] as Entry;
      if (!before(next, entry)) break;
      heap[at] = next;
      at = child;
    }
    heap[at] = entry;
  };
  return {
    size: () => heap.length,
    push: (leaf, gain, depth) => siftUp({ leaf, gain, depth, order: pushed++ }),
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (last && heap.length > 0) siftDown(last);
      return first?.leaf;
    },
    rest: () => heap.toSorted((a, b) => a.order - b.order).map(({ leaf }) => leaf),
  };
}
