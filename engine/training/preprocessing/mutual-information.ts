/**
 * Mutual information of two columns of codes, in nats, from their joint counts. Few rows a cell make it too large: compare it
 * with that of a shuffled column. Cost: linear in rows and in the codes' product.
 */
export function mutualInformation(a: Int32Array, codesA: number, b: Int32Array, codesB: number): number {
  const n = a.length;
  const joint = new Float64Array(codesA * codesB);
  const left = new Float64Array(codesA);
  const right = new Float64Array(codesB);
  for (let row = 0; row < n; row += 1) {
    const x = a[row] as number;
    const y = b[row] as number;
    const cell = x * codesB + y;
    joint[cell] = (joint[cell] as number) + 1;
    left[x] = (left[x] as number) + 1;
    right[y] = (right[y] as number) + 1;
  }
  let information = 0;
  for (let x = 0; x < codesA; x += 1) {
    for (let y = 0; y < codesB; y += 1) {
      const count = joint[x * codesB + y] as number;
      if (count === 0) continue;
      information += (count / n) * Math.log((count * n) / ((left[x] as number) * (right[y] as number)));
    }
  }
  return information;
}

/** Numbers as codes of bins that hold about as many rows each; equal numbers share a bin, NaN has the last one. */
export function binned(values: Float64Array, bins: number): { codes: Int32Array; count: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < bins; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)];
    if (edge !== undefined && edge !== edges.at(-1) && edge > (sorted[0] as number)) edges.push(edge);
  }
  const codes = Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return edges.length + 1;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((edges[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
  return { codes, count: edges.length + 2 };
}
