/** A symmetric positive semidefinite matrix taken apart, so that systems with it can be solved. */
export type Factor = {
  /** Columns that don't depend on others, as far as rounding lets one tell. */
  rank: number;
  /** The solution; of a singular system the one of least length. O(size · rank). */
  solve(b: Float64Array): Float64Array;
  /** The (pseudo-)inverse, row-major. O(size² · rank). */
  inverse(): Float64Array;
  /** Whether the j-th unknown has but one value in all least-squares solutions. */
  isDetermined(j: number): boolean;
};

/** What is left of a diagonal entry, as a share of its first value, when it counts as nothing. */
const NOTHING_LEFT = 1e-11;
/** How far a unit vector may lie out of the row space of the matrix and still count as within. */
const OUT_OF_SPACE = 1e-6;

/**
 * Cholesky's factorisation with complete pivoting, G = L·Lᵀ with L [size, rank] (Higham 2002, section 10.3). Of singular
 * matrices the pseudo-inverse is L·(LᵀL)⁻²·Lᵀ. `scale`: of what size the diagonal was before what it holds was taken
 * from it, so that cancellation is told from small values. O(size · rank²).
 *
 * Only entries on and below the diagonal are read.
 */
export function pivotedCholesky(g: Float64Array, size: number, scale: Float64Array): Factor {
  const entry = (i: number, j: number): number => g[i >= j ? i * size + j : j * size + i] as number;
  const rows = new Float64Array(size * size);
  const left = Float64Array.from({ length: size }, (_, j) => g[j * size + j] as number);
  const order: number[] = [];
  const open = new Set(left.keys());
  while (open.size > 0) {
    const pivot = largestShare(open, left, scale);
    if (pivot === null) break;
    open.delete(pivot);
    const k = order.length;
    order.push(pivot);
    const root = Math.sqrt(left[pivot] as number);
    rows[pivot * size + k] = root;
    for (const i of open) {
      const value = (entry(i, pivot) - dot(rows, i * size, pivot * size, k)) / root;
      rows[i * size + k] = value;
      left[i] = (left[i] as number) - value * value;
    }
  }
  return order.length === size ? fullRank(rows, size, order) : lowRank(rows, size, order.length);
}

/** The column of which most is left, by its own size; the first of equals. Null: nothing is left of any. */
function largestShare(open: Set<number>, left: Float64Array, scale: Float64Array): number | null {
  let best: number | null = null;
  let most = NOTHING_LEFT;
  for (const j of open) {
    const share = (left[j] as number) / (scale[j] as number);
    if (share > most) {
      most = share;
      best = j;
    }
  }
  return best;
}

function fullRank(rows: Float64Array, size: number, order: readonly number[]): Factor {
  const solve = (b: Float64Array): Float64Array => {
    const z = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const at = (order[k] as number) * size;
      z[k] = ((b[order[k] as number] as number) - dotWith(rows, at, z, k)) / (rows[at + k] as number);
    }
    const x = new Float64Array(size);
    for (let k = size - 1; k >= 0; k--) {
      const at = (order[k] as number) * size;
      const value = (z[k] as number) / (rows[at + k] as number);
      x[order[k] as number] = value;
      for (let m = 0; m < k; m++) z[m] = (z[m] as number) - value * (rows[at + m] as number);
    }
    return x;
  };
  return { rank: size, solve, inverse: () => columnsOf(solve, size), isDetermined: () => true };
}

function lowRank(rows: Float64Array, size: number, rank: number): Factor {
  const inner = new Float64Array(rank * rank);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < rank; k++) {
      const value = rows[i * size + k] as number;
      for (let m = 0; m <= k; m++) {
        inner[k * rank + m] = (inner[k * rank + m] as number) + value * (rows[i * size + m] as number);
      }
    }
  }
  const scale = Float64Array.from({ length: rank }, (_, k) => inner[k * rank + k] as number);
  // Its columns are independent, so nothing of it may count as nothing but by rounding.
  const middle = pivotedCholesky(inner, rank, scale);
  const solve = (b: Float64Array): Float64Array => {
    const projected = new Float64Array(rank);
    for (let i = 0; i < size; i++) {
      const value = b[i] as number;
      for (let k = 0; k < rank; k++) {
        projected[k] = (projected[k] as number) + value * (rows[i * size + k] as number);
      }
    }
    const twice = middle.solve(middle.solve(projected));
    return Float64Array.from({ length: size }, (_, i) => dotWith(rows, i * size, twice, rank));
  };
  // (LᵀL)⁻¹·Lᵀ, a row an unknown: the pseudo-inverse is its square.
  let roots: Float64Array | null = null;
  const rootsOf = (): Float64Array => {
    if (roots !== null) return roots;
    roots = new Float64Array(size * rank);
    for (let j = 0; j < size; j++) {
      roots.set(middle.solve(rows.slice(j * size, j * size + rank)), j * rank);
    }
    return roots;
  };
  return {
    rank,
    solve,
    inverse() {
      const root = rootsOf();
      const out = new Float64Array(size * size);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          const entry = dot(root, i * rank, j * rank, rank);
          out[i * size + j] = entry;
          out[j * size + i] = entry;
        }
      }
      return out;
    },
    isDetermined(j) {
      const own = rootsOf().subarray(j * rank, (j + 1) * rank);
      return Math.abs(1 - dotWith(rows, j * size, own, rank)) < OUT_OF_SPACE;
    },
  };
}

function columnsOf(solve: Factor['solve'], size: number): Float64Array {
  const out = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    out.set(solve(unit), j * size);
    unit[j] = 0;
  }
  return out;
}

/** Four sums at a time: one alone waits for each addition. */
function dot(rows: Float64Array, a: number, b: number, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = count - (count % 4);
  for (let m = 0; m < whole; m += 4) {
    s0 += (rows[a + m] as number) * (rows[b + m] as number);
    s1 += (rows[a + m + 1] as number) * (rows[b + m + 1] as number);
    s2 += (rows[a + m + 2] as number) * (rows[b + m + 2] as number);
    s3 += (rows[a + m + 3] as number) * (rows[b + m + 3] as number);
  }
  for (let m = whole; m < count; m++) s0 += (rows[a + m] as number) * (rows[b + m] as number);
  return s0 + s1 + (s2 + s3);
}

function dotWith(rows: Float64Array, at: number, vector: Float64Array, count: number): number {
  let sum = 0;
  for (let m = 0; m < count; m++) sum += (rows[at + m] as number) * (vector[m] as number);
  return sum;
}
