import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  calibrateScores,
  expectedCalibrationError,
  isotonicCurve,
} from '../../../../../engine/monitoring/estimation/calibrate-scores.ts';
import { confidenceBasedEstimate } from '../../../../../engine/monitoring/estimation/cbpe.ts';
import { rankFigures, rankRows } from '../../../../../engine/training/index.ts';
import { normals, uniforms } from '../statistics/golden-windows.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../../../fixtures/drift/estimates.json', import.meta.url), 'utf8'),
);

/** The rows of make-estimates.py. */
function goldenRows() {
  const next = uniforms(7);
  const normal = normals(next);
  const chances = Float64Array.from({ length: 400 }, () => 1 / (1 + Math.exp(-1.3 * normal())));
  const scores = chances.map((chance) => chance ** 1.4);
  const happened = Uint8Array.from(chances, (chance) => (next() < chance ? 1 : 0));
  return { chances, scores, happened };
}

function twoClasses(chances: Float64Array, scores: Float64Array) {
  const pairs = (values: Float64Array) => Array.from(values, (value) => [1 - value, value]).flat();
  return {
    rows: chances.length,
    classes: 2,
    positive: 1,
    labels: Int32Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
    scores: Float32Array.from(pairs(scores)),
    chances: Float64Array.from(pairs(chances)),
  };
}

describe('confidence-based performance estimation', () => {
  it('gives what NannyML gives', () => {
    const { chances, scores } = goldenRows();
    const estimate = confidenceBasedEstimate(twoClasses(chances, scores));
    for (const [metric, value] of Object.entries<number>(golden.binary)) {
      // NannyML rounds the sums of the AUC to five digits.
      expect(estimate[metric as keyof typeof estimate], metric).toBeCloseTo(value, 6);
    }
  });

  it('is within 0.01 of the AUC that comes true when inputs alone shift', () => {
    const next = uniforms(3);
    const normal = normals(next);
    const truth = (x: number) => 1 / (1 + Math.exp(-(1.2 * x - 0.3)));
    const draw = (mean: number, rows: number) => {
      const x = Float64Array.from({ length: rows }, () => mean + normal());
      // A model that is too sure of itself: its scores are no chances.
      const scores = x.map((value) => 1 / (1 + Math.exp(-(2.4 * value - 0.6))));
      return { scores, happened: Uint8Array.from(x, (value) => (next() < truth(value) ? 1 : 0)) };
    };
    const reference = draw(0, 10_000);
    const current = draw(0.8, 10_000);
    const calibration = calibrateScores(reference.scores, reference.happened, 1);
    expect(calibration.used).toBe(true);
    const chances = current.scores.map((score) => calibration.apply(score));
    const { auc, accuracy } = confidenceBasedEstimate(twoClasses(chances, current.scores));
    const ranked = rankRows(current.scores, (row) => current.happened[row] === 1);
    const realised = rankFigures(ranked, new Float64Array(10_000).fill(1)).auc;
    expect(Math.abs(auc - realised)).toBeLessThan(0.01);
    const right = current.scores.filter(
      (score, row) => Number(score >= 0.5) === current.happened[row],
    ).length;
    expect(Math.abs(accuracy - right / 10_000)).toBeLessThan(0.01);
  });

  it('takes the mean over more than two classes', () => {
    const chances = Float64Array.of(0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.2, 0.2, 0.6);
    const { accuracy, precision } = confidenceBasedEstimate({
      rows: 3,
      classes: 3,
      positive: -1,
      labels: Int32Array.of(0, 1, 2),
      scores: Float32Array.from(chances),
      chances,
    });
    expect(accuracy).toBeCloseTo(0.7, 12);
    expect(precision).toBeCloseTo((0.7 + 0.8 + 0.6) / 3, 12);
  });
});

describe('calibration of scores', () => {
  it('draws the isotonic curve of scikit-learn', () => {
    const { scores, happened } = goldenRows();
    const curve = isotonicCurve(scores, happened);
    golden.isotonic.at.forEach((at: number, i: number) => {
      expect(curve(at), String(at)).toBeCloseTo(golden.isotonic.values[i], 9);
    });
  });

  it('leaves scores alone that are chances already', () => {
    const next = uniforms(5);
    const scores = Float64Array.from({ length: 2000 }, next);
    const happened = Uint8Array.from(scores, (score) => (next() < score ? 1 : 0));
    expect(expectedCalibrationError(scores, happened)).toBeLessThan(0.04);
    const tooHigh = scores.map((score) => Math.sqrt(score));
    expect(expectedCalibrationError(tooHigh, happened)).toBeGreaterThan(0.1);
    expect(calibrateScores(tooHigh, happened, 1).used).toBe(true);
  });
});
