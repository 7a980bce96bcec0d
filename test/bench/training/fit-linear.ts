/** A process that fits our logistic regression on the rows of a folder and prints its figures. */
import { linearTrainer } from '../../../engine/training/trainers/linear/linear.ts';
import { type LinearOrder, readEncoded } from './linear-order.ts';
import { measureFit } from './network-order.ts';

const order = JSON.parse(process.argv[2] ?? '') as LinearOrder;
const { x, y, width, ...test } = readEncoded(order);

await measureFit(async () => {
  const model = await linearTrainer.fit({
    ...{ x, y, n: y.length, weights: null, width, columns: [], seed: 1 },
    ...{ task: 'classification', classes: 2, positiveClass: 1 },
    validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
    settings: { kind: 'linear', l2: order.l2, l1: order.l1, tolerance: order.tolerance },
    report: () => {},
    signal: new AbortController().signal,
  });
  return (rows) => model.predict(rows, rows.length / width).filter((_, i) => i % 2 === 1);
}, test);
