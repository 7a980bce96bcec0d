/** How often each pair of codes occurs among rows where both are known (a code of −1 is not). */
export type Contingency = {
  rows: number;
  columns: number;
  total: number;
  /** By row, then by column. */
  counts: Float64Array;
  rowTotals: Float64Array;
  columnTotals: Float64Array;
};

/** Counts pairs of codes below `rows` and `columns`. Cost: one pass; memory: a cell a pair. */
export function contingencyOf(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { rows, columns }: { rows: number; columns: number },
): Contingency {
  const counts = new Float64Array(rows * columns);
  const rowTotals = new Float64Array(rows);
  const columnTotals = new Float64Array(columns);
  let total = 0;
  for (let index = 0; index < x.length; index++) {
    const [row, column] = [x[index] as number, y[index] as number];
    if (row < 0 || column < 0) continue;
    const cell = row * columns + column;
    counts[cell] = (counts[cell] as number) + 1;
    rowTotals[row] = (rowTotals[row] as number) + 1;
    columnTotals[column] = (columnTotals[column] as number) + 1;
    total += 1;
  }
  return { rows, columns, total, counts, rowTotals, columnTotals };
}

/** Pearson's chi-squared statistic, without Yates' correction; rows and columns that never occur are left out. */
export function chiSquared(table: Contingency): number {
  let sum = 0;
  for (let row = 0; row < table.rows; row++) {
    const rowTotal = table.rowTotals[row] as number;
    if (rowTotal === 0) continue;
    for (let column = 0; column < table.columns; column++) {
      const columnTotal = table.columnTotals[column] as number;
      if (columnTotal === 0) continue;
      const expected = (rowTotal * columnTotal) / table.total;
      sum += ((table.counts[row * table.columns + column] as number) - expected) ** 2 / expected;
    }
  }
  return sum;
}

/**
 * Cramér's V, 0 to 1, corrected for bias (Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", 2013): columns that
 * have nothing to do with each other come out near 0 whatever the number of their values. NaN where either does not vary.
 */
export function cramersV(table: Contingency): number {
  const n = table.total;
  const r = table.rowTotals.filter((total) => total > 0).length;
  const k = table.columnTotals.filter((total) => total > 0).length;
  if (r < 2 || k < 2 || n < 2) return Number.NaN;
  const excess = Math.max(0, chiSquared(table) / n - ((r - 1) * (k - 1)) / (n - 1));
  const rows = r - (r - 1) ** 2 / (n - 1);
  const columns = k - (k - 1) ** 2 / (n - 1);
  const most = Math.min(rows, columns) - 1;
  return most <= 0 ? Number.NaN : Math.min(1, Math.sqrt(excess / most));
}

/**
 * The correlation ratio η, 0 to 1: the root of the share of a number's variance that lies between the groups of a category
 * (Pearson, 1905). Rows without a code or a number are left out. NaN where the number does not vary.
 */
export function correlationRatio(
  codes: ArrayLike<number>,
  groups: number,
  values: ArrayLike<number>,
): number {
  const counts = new Float64Array(groups);
  const means = new Float64Array(groups);
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (let index = 0; index < codes.length; index++) {
    const [code, value] = [codes[index] as number, values[index] as number];
    if (code < 0 || Number.isNaN(value)) continue;
    n += 1;
    const before = value - mean;
    mean += before / n;
    squares += before * (value - mean);
    const size = (counts[code] as number) + 1;
    counts[code] = size;
    means[code] = (means[code] as number) + (value - (means[code] as number)) / size;
  }
  if (n < 2 || squares <= 0) return Number.NaN;
  let between = 0;
  for (let group = 0; group < groups; group++) {
    between += (counts[group] as number) * ((means[group] as number) - mean) ** 2;
  }
  return Math.sqrt(Math.min(1, between / squares));
}

/**
 * Theil's uncertainty coefficient, 0 to 1: the mutual information of rows and columns over the entropy of the columns, which is
 * the share of what there is to know about the columns that the rows tell. The information is corrected for chance by Miller and
 * Madow's (r − 1)(k − 1) / 2n. NaN where the columns do not vary.
 */
export function uncertaintyCoefficient(table: Contingency): number {
  const n = table.total;
  const entropy = entropyOf(table.columnTotals, n);
  if (entropy <= 0) return Number.NaN;
  const r = table.rowTotals.filter((total) => total > 0).length;
  const k = table.columnTotals.filter((total) => total > 0).length;
  const information = entropyOf(table.rowTotals, n) + entropy - entropyOf(table.counts, n);
  const chance = ((r - 1) * (k - 1)) / (2 * n);
  return Math.min(1, Math.max(0, (information - chance) / entropy));
}

/** In nats. */
function entropyOf(counts: Float64Array, total: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / total) * Math.log(count / total);
  return sum;
}
