/** Inverse of a symmetric positive definite matrix [m, m] by Cholesky; null when it is not, to working precision. O(m³). */
export function solveSymmetric(matrix: Float64Array, m: number): Float64Array | null {
  const lower = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * m + j] as number;
      for (let p = 0; p < j; p++) sum -= (lower[i * m + p] as number) * (lower[j * m + p] as number);
      if (i !== j) lower[i * m + j] = sum / (lower[j * m + j] as number);
      else if (sum > 1e-9 * (matrix[i * m + i] as number)) lower[i * m + i] = Math.sqrt(sum);
      else return null;
    }
  }
  const inverse = new Float64Array(m * m);
  for (let c = 0; c < m; c++) {
    const y = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      let sum = i === c ? 1 : 0;
      for (let p = 0; p < i; p++) sum -= (lower[i * m + p] as number) * (y[p] as number);
      y[i] = sum / (lower[i * m + i] as number);
    }
    for (let i = m - 1; i >= 0; i--) {
      let sum = y[i] as number;
      for (let p = i + 1; p < m; p++) sum -= (lower[p * m + i] as number) * (inverse[p * m + c] as number);
      inverse[i * m + c] = sum / (lower[i * m + i] as number);
    }
  }
  return inverse;
}
