import type { TrainingTable } from '../table.ts';
import type { Fold } from './folds.ts';

/** What models said of rows that they had not learnt from. */
export type OutOfFold = {
  /** Rows of the table, ascending: those held out at least once. */
  rows: Int32Array;
  /** Row-major: class probabilities, or the number; the mean where a row was held out several times. */
  answers: Float32Array;
  width: number;
};

/** Brings the answers of the folds together. `answers` go with `folds`. O(rows · repeats · classes). */
export function outOfFold(
  table: TrainingTable,
  folds: readonly Pick<Fold, 'held'>[],
  answers: readonly Float32Array[],
): OutOfFold {
  const width = table.target.task === 'classification' ? table.target.classes.length : 1;
  const sums = new Float64Array(table.rows * width);
  const counts = new Int32Array(table.rows);
  folds.forEach(({ held }, index) => {
    const told = answers[index] ?? new Float32Array(0);
    held.forEach((row, i) => {
      counts[row] = (counts[row] as number) + 1;
      for (let c = 0; c < width; c++) {
        const at = row * width + c;
        sums[at] = (sums[at] as number) + (told[i * width + c] as number);
      }
    });
  });
  const rows = Int32Array.from(counts.keys()).filter((row) => (counts[row] as number) > 0);
  const means = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let c = 0; c < width; c++) {
      means[i * width + c] = (sums[row * width + c] as number) / (counts[row] as number);
    }
  });
  return { rows, answers: means, width };
}
