/** A process that fits our linear model on the rows of a folder and prints its figures. */
import { linearTrainer } from '../../../engine/training/trainers/linear/linear.ts';
import { type LinearOrder, readEncoded } from './linear-order.ts';
import { measureFit } from './network-order.ts';

const order = JSON.parse(process.argv[2] ?? '') as LinearOrder;
const { x, y, width, ...test } = readEncoded(order);

const isRegression = order.kind === 'squared';
const classes = isRegression ? 0 : order.kind === 'classes' ? 4 : 2;
const targets = classes === 4 ? y.map((of, row) => 2 * of + Number((x[row * width] ?? 0) > 0)) : y;

await measureFit(async () => {
  const model = await linearTrainer.fit({
    ...{ x, y: targets, n: y.length, weights: null, width, columns: [], seed: 1 },
    ...{ task: isRegression ? 'regression' : 'classification', classes, positiveClass: 1 },
    validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
    settings: { kind: 'linear', l2: order.l2, l1: order.l1, tolerance: order.tolerance },
    report: () => {},
    signal: new AbortController().signal,
  });
  return (rows) => {
    const answers = model.predict(rows, rows.length / width);
    if (isRegression) return answers;
    return answers
      .filter((_, i) => i % classes === classes - 1)
      .map((share, row) => (classes === 4 ? share + (answers[4 * row + 2] ?? 0) : share));
  };
}, test);
