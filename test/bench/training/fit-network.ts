/** A process that fits our network to the rows of a folder and prints its figures. */
import { mlpTrainer } from '../../../engine/training/trainers/mlp/mlp.ts';
import { measureFit, type NetworkOrder, readScaled } from './network-order.ts';

const order = JSON.parse(process.argv[2] ?? '') as NetworkOrder;
const { width, hidden, batchSize, learningRate, epochs } = order;
const { x, y, ...test } = readScaled(order);
const columns = Array.from({ length: width }, (_, i) => ({
  ...{ name: `x${i}`, feature: `x${i}`, codes: 0 },
  kind: 'number' as const,
}));

await measureFit(async () => {
  const model = await mlpTrainer.fit({
    ...{ x, y, n: y.length, weights: null, width, columns, seed: 1 },
    ...{ task: 'classification', classes: 2, positiveClass: 1 },
    validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
    settings: { kind: 'mlp', hidden, batchSize, learningRate, epochs, weightDecay: 0 },
    report: () => {},
    signal: new AbortController().signal,
  });
  return (rows) => model.predict(rows, rows.length / width).filter((_, i) => i % 2 === 1);
}, test);
