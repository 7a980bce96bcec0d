import { describe, expect, it } from 'vitest';
import { curveAlong, curveKeys, groupCurves } from '../../../../../renderer/features/runs/curves.ts';

const series = {
  runId: 'r',
  key: 'loss',
  steps: [0, 5],
  timestampsMs: [10_000, 12_500],
  values: [0.5, 'NaN' as const],
  total: 2,
};

describe('curveAlong', () => {
  it('places points by step, by seconds since the first, or by time', () => {
    expect(curveAlong(series, 'step').x).toEqual([0, 5]);
    expect(curveAlong(series, 'relative').x).toEqual([0, 2.5]);
    expect(curveAlong(series, 'wall').x).toEqual([10_000, 12_500]);
  });

  it('leaves a gap where the value is no number', () => {
    expect(curveAlong(series, 'step').y[1]).toBeNaN();
  });
});

describe('curves of a run', () => {
  it('are the metrics logged more than once', () => {
    expect(curveKeys({ loss: { count: 20 }, auc: { count: 1 } })).toEqual(['loss']);
  });

  it('put training and validation into one picture', () => {
    expect(groupCurves(['train_loss', 'validation_loss', 'rate'])).toEqual([
      { title: 'loss', keys: ['train_loss', 'validation_loss'] },
      { title: 'rate', keys: ['rate'] },
    ]);
  });
});
