import { describe, expect, test } from 'vitest';
import { greedyMean, weightedMean } from '../../../../../engine/training/auto/greedy.ts';
import { parkMiller } from '../../../../kit/training.ts';

const truth = [0, 1].map((fold) => parkMiller(60, 3 + fold));

/** Mean squared error of a fold. */
function lossOfFold(fold: number, answers: Float32Array): number {
  const of = truth[fold] ?? new Float64Array(0);
  return of.reduce((sum, value, i) => sum + (value - (answers[i] ?? 0)) ** 2, 0) / of.length;
}

/** The truth with noise and a shift. */
function voter(name: string, seed: number, noise: number, shift = 0) {
  const answers = truth.map((of, fold) => {
    const u = parkMiller(of.length, seed + fold);
    return Float32Array.from(of, (value, i) => value + noise * ((u[i] ?? 0) - 0.5) + shift);
  });
  return { name, answers };
}

describe('greedy selection', () => {
  test('finds the shares that make the mean of two independent models best', () => {
    const voters = [voter('a', 11, 1), voter('b', 23, 1)];
    const found = greedyMean(voters, [0, 1], lossOfFold);
    // By trial of every share: no mean of the two is better by more than a thirtieth part can bring.
    const losses = Array.from({ length: 1001 }, (_, i) => {
      const share = i / 1000;
      const means = [0, 1].map((fold) =>
        weightedMean(
          voters.map(({ answers }) => answers[fold] ?? new Float32Array(0)),
          [share, 1 - share],
        ),
      );
      return means.reduce((sum, mean, fold) => sum + lossOfFold(fold, mean), 0) / 2;
    });
    const least = Math.min(...losses);
    expect(found.loss).toBeLessThan(1.002 * least);
    expect(found.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    const single = Math.min(...voters.map((one) => greedyMean([one], [0, 1], lossOfFold).loss));
    expect(found.loss).toBeLessThan(0.8 * single);
  });

  test('takes one model alone where the others only do harm', () => {
    const found = greedyMean([voter('off', 5, 1, 3), voter('exact', 7, 0)], [0, 1], lossOfFold);
    expect(found.weights).toEqual([0, 1]);
    expect(found.loss).toBeCloseTo(0, 12);
  });

  test('gives the same weights when models that it did not take are left out', () => {
    const voters = [voter('off', 5, 1, 3), voter('a', 11, 1), voter('b', 23, 0.8), voter('worse', 31, 1, 2)];
    const all = greedyMean(voters, [0, 1], lossOfFold);
    const taken = voters.filter((_, place) => (all.weights[place] ?? 0) > 0);
    expect(taken.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(greedyMean(taken, [0, 1], lossOfFold).weights).toEqual(all.weights.filter((weight) => weight > 0));
  });
});
