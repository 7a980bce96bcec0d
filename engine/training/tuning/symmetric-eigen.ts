/**
 * Eigenvalues and eigenvectors (columns of `vectors`) of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, section
 * 8.5). O(n³) a sweep, a handful of sweeps; for matrices of some dozen rows.
 */
export function symmetricEigen(matrix: readonly Float64Array[]): {
  values: Float64Array;
  vectors: Float64Array[];
} {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = matrix.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += (a[i]?.[j] as number) ** 2;
    if (off < 1e-30) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i]?.[i] as number), vectors };
}

/** Makes the entry (p, q) zero. */
function rotate(a: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [a[p], a[q]];
  if (rowP === undefined || rowQ === undefined || rowP[q] === 0) return;
  const theta = ((rowQ[q] as number) - (rowP[p] as number)) / (2 * (rowP[q] as number));
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turnColumns = (row: Float64Array): void => {
    const [x, y] = [row[p] as number, row[q] as number];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  a.forEach(turnColumns);
  vectors.forEach(turnColumns);
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k] as number, rowQ[k] as number];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
}
