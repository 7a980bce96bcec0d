import type { PermutationImportance, RowMetric, Signature } from '../../../local-api/contract/index.ts';
import { isHigherBetter, weightedMetric } from '../../models/index.ts';
import { meanInterval, pairedTTest, seededRandom, shuffle } from '../../statistics/index.ts';
import { type RowSet, replaceInput } from '../model/row-set.ts';
import { answersAsRows, type Truth } from './truth.ts';

const confidence = 0.95;

/**
 * How much worse a metric gets when the values of one input are shuffled between the rows (Breiman 2001; Fisher, Rudin, Dominici 2019),
 * with a t interval over the repeats. What inputs tell together counts for each of them; what another input tells as well counts
 * for none. Cost: inputs × repeats × rows answers of the model.
 */
export async function permutationImportance(options: {
  signature: Signature;
  rows: RowSet;
  truth: Truth;
  metric: RowMetric;
  repeats: number;
  seed: number;
  answers(set: RowSet): Promise<Float64Array>;
  progress(done: number, of: number): void;
}): Promise<PermutationImportance | null> {
  const { signature, rows, truth, metric, repeats, seed } = options;
  const ones = new Float64Array(rows.n).fill(1);
  const measure = async (set: RowSet): Promise<number> => {
    const scored = answersAsRows(signature, truth, await options.answers(set));
    return weightedMetric(metric, scored)?.(ones) ?? Number.NaN;
  };
  const baseline = await measure(rows);
  if (!Number.isFinite(baseline)) return null;
  const sign = isHigherBetter[metric] ? 1 : -1;
  const features: PermutationImportance['features'] = [];
  for (const [index, { name }] of signature.inputs.entries()) {
    const harm: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      options.progress(index * repeats + repeat, signature.inputs.length * repeats);
      const order = Int32Array.from({ length: rows.n }, (_, i) => i);
      shuffle(order, seededRandom(seed, `explain/importance/${index}/${repeat}`));
      harm.push(sign * (baseline - (await measure(replaceInput(rows, name, rows, order)))));
    }
    features.push({ name, ...summaryOf(harm) });
  }
  features.sort((a, b) => b.mean - a.mean);
  return { metric, baseline, higherIsBetter: isHigherBetter[metric], repeats, rows: rows.n, features };
}

function summaryOf(harm: readonly number[]) {
  const mean = harm.reduce((sum, value) => sum + value, 0) / harm.length;
  if (harm.every((value) => value === harm[0]))
    return { mean, low: mean, high: mean, pValue: mean > 0 ? 0 : 1 };
  const { low, high } = meanInterval(harm, confidence);
  const { pValue } = pairedTTest(harm, confidence);
  // Only harm speaks for the input.
  return { mean, low, high, pValue: mean > 0 ? pValue / 2 : 1 - pValue / 2 };
}
