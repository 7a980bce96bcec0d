/** A process that fits the network by TensorFlow.js, found in the folder `modules`, and prints its figures. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measureFit, type NetworkOrder, readScaled } from './network-order.ts';

type Order = NetworkOrder & { modules: string; backend: 'wasm' | 'cpu' };
type Disposable = { dispose(): void };
type Data = Disposable & { dataSync(): Float32Array };
/** As much of its face as is used here. */
type Core = {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor2d(data: Float32Array, shape: [number, number]): Data;
  train: { adam(learningRate: number): object };
};
type Layers = {
  layers: { dense(settings: object): object };
  sequential(settings: { layers: object[] }): {
    compile(settings: object): void;
    fit(x: Data, y: Data, settings: object): Promise<object>;
    predict(x: Data, settings: object): Data;
  };
};

const order = JSON.parse(process.argv[2] ?? '') as Order;
const require = createRequire(join(order.modules, 'package.json'));
const partOf = (name: string) => require(`@tensorflow/tfjs-${name}`);
const core: Core = partOf('core');
const { layers, sequential }: Layers = partOf('layers');
partOf(`backend-${order.backend}`);
await core.setBackend(order.backend);
// It falls back in silence.
if (core.getBackend() !== order.backend) throw new Error(`runs on ${core.getBackend()}`);

const { width, hidden, batchSize, learningRate, epochs } = order;
const { x, y, ...test } = readScaled(order);

await measureFit(async () => {
  const units = hidden.map((of, l) => ({
    units: of,
    activation: 'relu',
    ...(l === 0 ? { inputShape: [width] } : {}),
  }));
  const model = sequential({
    layers: [...units, { units: 1, activation: 'sigmoid' }].map((settings) => layers.dense(settings)),
  });
  model.compile({ optimizer: core.train.adam(learningRate), loss: 'binaryCrossentropy' });
  const inputs = core.tensor2d(x, [y.length, width]);
  const targets = core.tensor2d(Float32Array.from(y), [y.length, 1]);
  await model.fit(inputs, targets, { epochs, batchSize, shuffle: true, verbose: 0 });
  return (rows) =>
    model.predict(core.tensor2d(rows, [rows.length / width, width]), { batchSize: 4096 }).dataSync();
}, test);
