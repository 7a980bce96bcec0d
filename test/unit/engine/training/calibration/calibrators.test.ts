import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createSession, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import {
  type CalibrationRows,
  type Calibrator,
  logLossOf,
  logOddsOf,
} from '../../../../../engine/training/calibration/calibrator.ts';
import { fitCalibrator } from '../../../../../engine/training/calibration/fit-calibrator.ts';
import { poolAdjacentViolators } from '../../../../../engine/training/calibration/isotonic.ts';
import { fitSigmoid } from '../../../../../engine/training/calibration/sigmoid.ts';
import { maxDifference, parkMiller } from '../../../../kit/training.ts';

/** Made by test/fixtures/evaluation/make_calibration.py with scikit-learn. */
const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/evaluation/calibration.json', import.meta.url), 'utf8'),
) as {
  probabilities: number[];
  truth: number[];
  weights: number[];
  sigmoid: { slope: number; shift: number };
  sigmoidWeighted: { slope: number; shift: number };
  isotonic: number[];
  isotonicWeighted: number[];
  many: { classes: number; probabilities: number[]; truth: number[]; temperature: number };
};
const logOdds = Float64Array.from(golden.probabilities, logOddsOf);
const cameTrue = Uint8Array.from(golden.truth);
const weights = Float64Array.from(golden.weights);

/** Answers of a model that is `slope` times too sure: the truth follows the log-odds divided by it. */
function rowsOf(n: number, classes: number, slope: number, seed: number): CalibrationRows {
  const u = parkMiller(n * (classes + 1), seed);
  const probabilities = new Float32Array(n * classes);
  const truth = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const scores = Array.from({ length: classes }, (_, c) => 3 * ((u[i * (classes + 1) + c] ?? 0) - 0.5));
    const share = (factor: number) => {
      const parts = scores.map((score) => Math.exp(factor * score));
      const sum = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => part / sum);
    };
    probabilities.set(share(slope), i * classes);
    let rest = u[i * (classes + 1) + classes] ?? 0;
    const real = share(1);
    truth[i] = Math.max(
      0,
      real.findIndex((p) => {
        rest -= p;
        return rest < 0;
      }),
    );
  }
  return { classes, probabilities, truth, weights: null };
}

async function runGraph(calibrator: Calibrator, given: Float32Array, classes: number): Promise<Float32Array> {
  const graph = new GraphBuilder('calibrator');
  const input = graph.input('given', 'float32', ['N', classes]);
  graph.output('answer', calibrator.addToGraph(graph, input), 'float32', ['N', classes]);
  const session = await createSession(graph.build());
  try {
    const dims = [given.length / classes, classes];
    return (await session.run({ given: { type: 'float32', data: given, dims } })).float32('answer');
  } finally {
    await session.release();
  }
}

describe('equal to scikit-learn', () => {
  test.each([
    ['without weights', null, golden.sigmoid],
    ['with weights', weights, golden.sigmoidWeighted],
  ] as const)("Platt's slope and shift, %s", (_, w, expected) => {
    const found = fitSigmoid(logOdds, cameTrue, w);
    // scikit-learn stops at a gradient of 1e-6 or so.
    expect(found.slope).toBeCloseTo(expected.slope, 4);
    expect(found.shift).toBeCloseTo(expected.shift, 4);
  });

  test.each([
    ['without weights', null, golden.isotonic],
    ['with weights', weights, golden.isotonicWeighted],
  ] as const)('the steps of the isotonic fit, %s', (_, w, expected) => {
    const steps = poolAdjacentViolators(logOdds, cameTrue, w);
    const order = [...logOdds.keys()].sort((a, b) => (logOdds[a] ?? 0) - (logOdds[b] ?? 0));
    let step = 0;
    let used = 0;
    for (const row of order) {
      if (used > (steps[step]?.weight ?? 0) - 1e-9) {
        step += 1;
        used = 0;
      }
      used += w?.[row] ?? 1;
      expect(steps[step]?.y).toBeCloseTo(expected[row] ?? Number.NaN, 9);
    }
  });

  test('the temperature of least log loss', () => {
    const { classes, probabilities, truth, temperature } = golden.many;
    const rows = {
      classes,
      probabilities: Float32Array.from(probabilities),
      truth: Int32Array.from(truth),
      weights: null,
    };
    expect(fitCalibrator(rows, 'temperature', 0)?.info.temperature).toBeCloseTo(temperature, 5);
  });
});

describe.each(['sigmoid', 'isotonic', 'temperature'] as const)('%s', (method) => {
  test.each([2, 3])(
    'mends a model of %i classes that is too sure, on rows that it has not seen',
    (classes) => {
      const calibrator = fitCalibrator(rowsOf(3000, classes, 3, 5), method, 0);
      const unseen = rowsOf(3000, classes, 3, 77);
      const after = {
        ...unseen,
        probabilities: calibrator?.apply(unseen.probabilities) ?? new Float32Array(0),
      };
      expect(logLossOf(after)).toBeLessThan(logLossOf(unseen) - 0.05);
      for (let at = 0; at < after.probabilities.length; at += classes) {
        const sum = after.probabilities.subarray(at, at + classes).reduce((a, b) => a + b, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }
    },
  );

  test.each([2, 3])(
    'says the same in the graph of %i classes, also for 0, 1 and what lies beyond the ends',
    async (classes) => {
      const calibrator = fitCalibrator(rowsOf(1000, classes, 2, 5), method, 0);
      if (calibrator === null) throw new Error('it is asked for');
      const { probabilities } = rowsOf(500, classes, 6, 9);
      probabilities.set(Array.from({ length: classes }, (_, c) => (c === 0 ? 1 : 0)));
      probabilities.set(
        Array.from({ length: classes }, (_, c) => (c === 0 ? 0 : 1 / (classes - 1))),
        classes,
      );
      const [inGraph, here] = [
        await runGraph(calibrator, probabilities, classes),
        calibrator.apply(probabilities),
      ];
      expect(maxDifference(inGraph, here)).toBeLessThan(1e-5);
      expect(here.every((p) => p > 0 && p < 1)).toBe(true);
    },
  );

  test('keeps the order of the rows', () => {
    const calibrator = fitCalibrator(rowsOf(2000, 2, 3, 5), method, 0);
    const p = Float32Array.from({ length: 400 }, (_, i) =>
      i % 2 === 1 ? (i >> 1) / 200 : 1 - (i >> 1) / 200,
    );
    const corrected = calibrator?.apply(p) ?? new Float32Array(0);
    for (let i = 3; i < corrected.length; i += 2) {
      expect(corrected[i]).toBeGreaterThanOrEqual(corrected[i - 2] ?? 0);
    }
  });

  test('the same rows give the same corrections', () => {
    const [a, b] = [1, 2].map(() => fitCalibrator(rowsOf(500, 3, 2, 5), method, 0));
    const { probabilities } = rowsOf(50, 3, 2, 6);
    expect(a?.apply(probabilities)).toEqual(b?.apply(probabilities));
  });
});

describe('auto', () => {
  test('is never worse on its rows than doing nothing', () => {
    for (const [n, slope, seed] of [
      [80, 1, 3],
      [300, 0.4, 5],
      [1500, 2.5, 7],
      [1500, 1, 9],
    ] as const) {
      for (const classes of [2, 4]) {
        const rows = rowsOf(n, classes, slope, seed);
        const calibrator = fitCalibrator(rows, 'auto', 1);
        const after = calibrator?.apply(rows.probabilities) ?? rows.probabilities;
        expect(logLossOf({ ...rows, probabilities: after })).toBeLessThanOrEqual(logLossOf(rows));
      }
    }
  });

  test('leaves probabilities alone that are right, and corrects those that are not', () => {
    expect(fitCalibrator(rowsOf(2000, 2, 1, 21), 'auto', 1)).toBeNull();
    expect(fitCalibrator(rowsOf(2000, 2, 3, 21), 'auto', 1)).not.toBeNull();
    expect(fitCalibrator(rowsOf(30, 2, 3, 21), 'auto', 1)).toBeNull();
  });
});

test('a class that no row has, and scores that never vary, are taken', () => {
  const rows = rowsOf(200, 3, 2, 5);
  const without = { ...rows, truth: rows.truth.map((label) => (label === 2 ? 0 : label)) };
  const flat = { ...rows, probabilities: new Float32Array(600).fill(1 / 3) };
  for (const method of ['sigmoid', 'isotonic', 'temperature'] as const) {
    for (const odd of [without, flat]) {
      const corrected = fitCalibrator(odd, method, 0)?.apply(odd.probabilities) ?? new Float32Array(0);
      expect(corrected.every(Number.isFinite), method).toBe(true);
    }
  }
});
