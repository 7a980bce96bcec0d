import { expect, test } from 'vitest';
import { fitCalibrator } from '../../../../../engine/training/calibration/fit-calibrator.ts';
import { gbdtTrainer } from '../../../../../engine/training/trainers/gbdt/gbdt.ts';
import { linearTrainer } from '../../../../../engine/training/trainers/linear/linear.ts';
import { mlpTrainer } from '../../../../../engine/training/trainers/mlp/mlp.ts';
import { fitTrainer, maxDifference, runModel, sampleOf } from '../../../../kit/training.ts';

const cases = [
  [
    'trees that learnt by heart',
    gbdtTrainer,
    { trees: 200, minLeafRows: 1, minLeafHessian: 0, earlyStoppingRounds: 0 },
  ],
  ['a steep line', linearTrainer, { l2: 1e-6 }],
  ['a network', mlpTrainer, { epochs: 30, hidden: [16] }],
] as const;

test.each(cases)(
  '%s: the calibrated file answers as the model and its correction do here',
  async (_, trainer, settings) => {
    for (const classes of [2, 3]) {
      const target = (row: Float32Array, u: Float64Array) =>
        Math.min(classes - 1, Math.floor(classes * (0.9 * (row[0] ?? 0) + 0.1 * (u[0] ?? 0))));
      const model = await fitTrainer(trainer, sampleOf(600, 3, 3, target), { classes, settings });
      const unseen = sampleOf(800, 3, 91, target);
      const probabilities = model.predict(unseen.x, unseen.n);
      const rows = { classes, probabilities, truth: Int32Array.from(unseen.y), weights: null };
      for (const method of ['sigmoid', 'isotonic', 'temperature'] as const) {
        const calibrator = fitCalibrator(rows, method, 0);
        if (calibrator === null) throw new Error('it is asked for');
        const calibrated = {
          ...model,
          addToGraph: (...place: Parameters<typeof model.addToGraph>) =>
            calibrator.addToGraph(place[0], model.addToGraph(...place)),
        };
        const inFile = await runModel(calibrated, unseen.x, unseen.n);
        expect(
          maxDifference(inFile, calibrator.apply(probabilities)),
          `${method} of ${classes}`,
        ).toBeLessThan(1e-5);
      }
    }
  },
);
