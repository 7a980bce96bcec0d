/** The commands of a line through points in pixels; it breaks where a point has no place. */
export function linePath(x: ArrayLike<number>, y: ArrayLike<number>): string {
  let path = '';
  let isOpen = false;
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i] as number, y[i] as number];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      isOpen = false;
      continue;
    }
    path += `${isOpen ? 'L' : 'M'}${px.toFixed(1)},${py.toFixed(1)}`;
    isOpen = true;
  }
  return path;
}

/** The area between two lines over the same x, a piece for every stretch where both have a place. */
export function bandPath(x: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>): string {
  let path = '';
  let from = -1;
  const close = (to: number) => {
    if (from < 0) return;
    for (let i = from; i < to; i++) path += `${i === from ? 'M' : 'L'}${point(x, high, i)}`;
    for (let i = to - 1; i >= from; i--) path += `L${point(x, low, i)}`;
    path += 'Z';
    from = -1;
  };
  for (let i = 0; i < x.length; i++) {
    const isThere =
      Number.isFinite(x[i] as number) &&
      Number.isFinite(low[i] as number) &&
      Number.isFinite(high[i] as number);
    if (isThere && from < 0) from = i;
    if (!isThere) close(i);
  }
  close(x.length);
  return path;
}

function point(x: ArrayLike<number>, y: ArrayLike<number>, index: number): string {
  return `${(x[index] as number).toFixed(1)},${(y[index] as number).toFixed(1)}`;
}

/** The index of the value nearest to `at` among ascending numbers, by bisection; -1 when there are none. */
export function nearestIndex(ascending: ArrayLike<number>, at: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? at - (ascending[low - 1] as number) : Number.POSITIVE_INFINITY;
  const after = low < ascending.length ? Math.abs((ascending[low] as number) - at) : before;
  return before < after ? low - 1 : Math.min(low, ascending.length - 1);
}

/** A filled circle as commands of a path, so that many dots are one element. */
export function dotPath(x: number, y: number, radius: number): string {
  const d = (2 * radius).toFixed(1);
  return `M${(x - radius).toFixed(1)},${y.toFixed(1)}a${radius},${radius} 0 1 0 ${d},0a${radius},${radius} 0 1 0 -${d},0Z`;
}
