import { PriorTrainer } from '../../../local-api/contract/index.ts';
import { addConstantRows } from './graph-parts.ts';
import { classCounts, meanOf } from './losses.ts';
import { defineTrainer } from './trainer.ts';

/** The baseline that any other model has to beat: it looks at no feature. */
export const priorTrainer = defineTrainer<PriorTrainer>({
  kind: 'prior',
  title: 'Baseline',
  summary:
    'Always answers with the class shares, or the mean, of the training rows. What any useful model must beat.',
  tasks: ['classification', 'regression'],
  view: () => ({ numbers: 'unscaled', categories: 'encoded' }),
  settings: PriorTrainer,
  async fit({ task, y, n, weights, classes, report }) {
    const answer =
      task === 'classification'
        ? Float32Array.from(classCounts(y, classes, weights), (count) => count / n)
        : Float32Array.of(meanOf(y, weights));
    report({ step: 1, of: 1, metrics: {}, message: 'Counting' });
    return {
      addToGraph: (graph, features) => addConstantRows(graph, features, answer),
      predict(_x, rows) {
        const out = new Float32Array(rows * answer.length);
        for (let i = 0; i < rows; i++) out.set(answer, i * answer.length);
        return out;
      },
      info: {},
      importance: null,
    };
  },
});
