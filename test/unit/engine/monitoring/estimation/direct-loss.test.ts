import { expect, it } from 'vitest';
import { learnLosses, lossEstimates } from '../../../../../engine/monitoring/estimation/direct-loss.ts';
import { jointMatrix } from '../../../../../engine/monitoring/multivariate/joint-matrix.ts';
import { frameOf } from '../../../../kit/drift-frames.ts';
import { normals, uniforms } from '../statistics/golden-windows.ts';

it('tells how much larger the error becomes where hard rows become more', async () => {
  const next = uniforms(21);
  const normal = normals(next);
  // The answer is x; the truth lies around it, the wider the larger x is.
  const draw = (rows: number, from: number) => {
    const x = Float64Array.from({ length: rows }, () => from + next());
    return { x, truth: x.map((value) => value + (0.2 + value) * normal()) };
  };
  const reference = draw(3000, 0);
  const current = draw(2000, 0.5);
  // Half of the current rows lie where the reference has rows.
  const matrix = jointMatrix(
    frameOf({ x: [...reference.x], answer: [...reference.x] }),
    frameOf({ x: [...current.x], answer: [...current.x] }),
    ['x', 'answer'],
  );
  const learnt = await learnLosses(matrix, reference.truth, reference.x, {
    seed: 1,
    signal: new AbortController().signal,
  });
  const seen = Array.from(current.x.keys()).filter((row) => (current.x[row] ?? 2) < 1);
  const realised =
    seen.reduce((sum, row) => sum + Math.abs((current.truth[row] ?? 0) - (current.x[row] ?? 0)), 0) /
    seen.length;
  const mae = lossEstimates(learnt, seen).find(({ metric }) => metric === 'mae');
  expect(mae?.estimate).toBeGreaterThan((mae?.reference ?? 0) + 3 * (mae?.error ?? 0));
  expect(Math.abs((mae?.estimate ?? 0) - realised)).toBeLessThan(3 * (mae?.error ?? 0));
  const names = lossEstimates(learnt).map(({ metric }) => metric);
  expect(names).toEqual(['mae', 'mse', 'rmse', 'mape']);
});
