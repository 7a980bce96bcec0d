import type { Signature } from '../../../local-api/contract/index.ts';
import type { ScoredRows } from '../../models/index.ts';

/** What is true of the rows: class indices in the order of the signature (−1: a class that the model does not know), or numbers. */
export type Truth = Int32Array | Float64Array;

/** Answers [n, outputs] beside the truth, as metrics take them. */
export function answersAsRows(
  { classes, positive }: Signature,
  truth: Truth,
  answers: Float64Array,
): ScoredRows {
  if (classes === null)
    return { task: 'regression', truth: Float64Array.from(truth), values: Float32Array.from(answers) };
  const k = classes.length;
  const labels = Int32Array.from(truth, (_, row) => {
    const own = answers.subarray(row * k, (row + 1) * k);
    return own.indexOf(Math.max(...own));
  });
  return {
    task: 'classification',
    classes,
    positive,
    truth: Int32Array.from(truth),
    labels,
    probabilities: Float32Array.from(answers),
  };
}
