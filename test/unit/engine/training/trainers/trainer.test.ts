import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineTrainer } from '../../../../../engine/training/trainers/trainer.ts';
import { fitTrainer, maxDifference, runModel, sampleOf } from '../../../../kit/training.ts';

const settings = z.object({ kind: z.literal('centres'), sharpness: z.number().positive().default(1) });

/** As somebody outside would write it: the middle of each class, and the softmax of how near a row is to each. */
const centresTrainer = defineTrainer<z.infer<typeof settings>>({
  kind: 'centres',
  title: 'Class centres',
  summary: 'Answers with the classes whose middle is near.',
  tasks: ['classification'],
  view: () => ({ numbers: 'scaled', categories: 'encoded' }),
  settings,
  async fit({ x, y, n, width, classes, settings: { sharpness }, report }) {
    const rows = new Float64Array(classes);
    const centres = new Float32Array(classes * width);
    for (const code of y) rows[code] = (rows[code] ?? 0) + 1;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < width; j++) {
        const at = (y[i] ?? 0) * width + j;
        centres[at] = (centres[at] ?? 0) + (x[i * width + j] ?? 0) / (rows[y[i] ?? 0] ?? 1);
      }
    // −s·|x − c|² is 2s·x·c − s·|c|² but for what is the same for every class.
    const weights = centres.map((centre) => 2 * sharpness * centre);
    const biases = Float32Array.from({ length: classes }, (_, c) => {
      const own = centres.subarray(c * width, (c + 1) * width);
      return -sharpness * own.reduce((sum, value) => sum + value * value, 0);
    });
    report({ step: 1, of: 1, metrics: {}, message: 'Finding the middles' });
    return {
      addToGraph(graph, features) {
        const inputs = [features, graph.constant(weights, [classes, width]), graph.constant(biases)];
        return graph.node('Softmax', [graph.node('Gemm', inputs, { transB: 1 })], { axis: 1 });
      },
      predict(of, count) {
        const out = new Float32Array(count * classes);
        for (let i = 0; i < count; i++) {
          const scores = Array.from(biases, (bias, c) => {
            let score = bias;
            for (let j = 0; j < width; j++) score += (of[i * width + j] ?? 0) * (weights[c * width + j] ?? 0);
            return Math.exp(score);
          });
          const total = scores.reduce((sum, score) => sum + score, 0);
          out.set(
            scores.map((score) => score / total),
            i * classes,
          );
        }
        return out;
      },
      info: { centres: classes },
      importance: null,
    };
  },
});

test('whoever keeps to the face has a trainer: settings are checked, and the file answers as the trainer does', async () => {
  const sample = sampleOf(200, 2, 3, (row) => ((row[0] ?? 0) > 0.5 ? 1 : 0));
  const model = await fitTrainer(centresTrainer, sample, { classes: 2, settings: { sharpness: 20 } });
  const answers = await runModel(model, sample.x, sample.n);
  expect(maxDifference(model.predict(sample.x, sample.n), answers)).toBeLessThan(1e-5);
  const right = sample.y.filter((label, i) => label === Number((answers[2 * i + 1] ?? 0) > 0.5));
  expect(right.length).toBeGreaterThan(190);
  expect(() => centresTrainer.view({ kind: 'centres', sharpness: -1 })).toThrow(/sharpness/);
  const refused = async () => fitTrainer(centresTrainer, sample, { classes: 2, settings: { sharpness: -1 } });
  await expect(refused()).rejects.toThrow(/sharpness/);
});
