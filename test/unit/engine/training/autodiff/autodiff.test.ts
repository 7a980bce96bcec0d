import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSession, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import * as ad from '../../../../../engine/training/autodiff/index.ts';
import { type Argument, type GradientCheckOptions, gradientError } from './gradient-check.ts';

type Tensor = ad.Tensor;
type Case = [
  name: string,
  args: Argument[],
  f: (...inputs: Tensor[]) => Tensor,
  options?: GradientCheckOptions,
];

const constant = ({ tape }: Tensor, numbers: number[], shape: number[]) =>
  tape.tensor(tape.graph.constant(Float64Array.from(numbers), shape), shape);
const rows = ({ tape }: Tensor, numbers: bigint[]): ad.Indices => ({
  value: tape.graph.constant(BigInt64Array.from(numbers)),
  count: numbers.length,
});
const positive = { from: 0.3, to: 3 };

const cases: Case[] = [
  ['add', [{ shape: [2, 3] }, { shape: [2, 3] }], ad.add],
  ['sub', [{ shape: [2, 3] }, { shape: [3] }], ad.sub],
  ['mul', [{ shape: [2, 1] }, { shape: [1, 3] }], ad.mul],
  ['div', [{ shape: [2, 3] }, { shape: [3], ...positive }], ad.div],
  ['neg', [{ shape: [4] }], ad.neg],
  ['exp', [{ shape: [4] }], ad.exp],
  ['log', [{ shape: [4], ...positive }], ad.log],
  ['sqrt', [{ shape: [4], ...positive }], ad.sqrt],
  ['square', [{ shape: [4] }], ad.square],
  ['abs', [{ shape: [4] }], ad.abs],
  ['sign', [{ shape: [4] }], ad.sign],
  ['clip', [{ shape: [8] }], (x) => ad.clip(x, -1, 0.5)],
  ['where', [{ shape: [2, 3] }, { shape: [3] }], (a, b) => ad.where(ad.greater(a, b), a, b)],
  ['relu', [{ shape: [6] }], ad.relu],
  ['sigmoid', [{ shape: [4] }], ad.sigmoid],
  ['tanh', [{ shape: [4] }], ad.tanh],
  ['softplus', [{ shape: [4] }], ad.softplus, { type: 'float32' }],
  ['gelu', [{ shape: [5] }], ad.gelu, { type: 'float32' }],
  ['silu', [{ shape: [4] }], ad.silu],
  ['reshape', [{ shape: [2, 3] }], (x) => ad.reshape(x, [3, 2])],
  ['transpose', [{ shape: [2, 3, 2] }], (x) => ad.transpose(x, [2, 0, 1])],
  ['sum over an axis', [{ shape: [2, 3, 2] }], (x) => ad.sum(x, [1])],
  ['sum that keeps its axes', [{ shape: [2, 3] }], (x) => ad.sum(x, [0, 1], true)],
  ['broadcastTo', [{ shape: [3, 1] }], (x) => ad.broadcastTo(x, [2, 3, 4])],
  ['sumTo', [{ shape: [2, 3, 4] }], (x) => ad.sumTo(x, [3, 1])],
  ['slice', [{ shape: [3, 5] }], (x) => ad.slice(x, 1, 1, 4)],
  ['pad', [{ shape: [2, 2] }], (x) => ad.pad(x, 0, 1, 2)],
  ['concat', [{ shape: [2, 2] }, { shape: [2, 1] }], (a, b) => ad.concat([a, b], 1)],
  ['split', [{ shape: [2, 5] }], (x) => ad.split(x, 1, [2, 3])[1] as Tensor],
  ['gather', [{ shape: [4, 2] }], (table) => ad.gather(table, rows(table, [2n, 0n, 2n]))],
  ['scatterAdd', [{ shape: [3, 2] }], (x) => ad.scatterAdd(x, rows(x, [1n, 3n, 1n]), 4)],
  ['dense', [{ shape: [4, 3] }, { shape: [3, 2] }, { shape: [2] }], ad.dense],
  ['softmax', [{ shape: [2, 4] }], ad.softmax],
  ['logSoftmax', [{ shape: [2, 4] }], ad.logSoftmax],
  [
    'batchNorm',
    [{ shape: [5, 3] }, { shape: [3] }, { shape: [3] }],
    (x, gamma, beta) => ad.batchNorm(x, gamma, beta, 1e-5).output,
  ],
  [
    'logisticLoss',
    [{ shape: [4, 1] }],
    (z) =>
      ad.logisticLoss(z, z.tape.tensor(z.tape.graph.constant(Float32Array.of(0, 1, 0.2, 1), [4, 1]), [4, 1])),
    { type: 'float32' },
  ],
  [
    'crossEntropy',
    [{ shape: [2, 3] }],
    (z) => ad.crossEntropy(z, constant(z, [0, 1, 0, 0.1, 0.2, 0.7], [2, 3])),
  ],
  ['squaredLoss', [{ shape: [4] }, { shape: [4] }], ad.squaredLoss],
  ['absoluteLoss', [{ shape: [4] }], (z) => ad.absoluteLoss(z, constant(z, [1, -1, 0.5, 3], [4]))],
  ['huberLoss', [{ shape: [4] }], (z) => ad.huberLoss(z, constant(z, [1, -2, 0.1, 3], [4]), 0.8)],
  ['poissonLoss', [{ shape: [4] }], (z) => ad.poissonLoss(z, constant(z, [0, 2, 1, 5], [4]))],
];

test.each(cases)('the gradient of %s agrees with finite differences', async (_, args, f, options) => {
  const limit = options?.type === 'float32' ? 2e-3 : 1e-7;
  expect(await gradientError(args, f, options)).toBeLessThan(limit);
});

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('the gradient of a matrix product agrees with finite differences (transposed: %s, %s)', async (a, b) => {
  const args = [{ shape: a ? [3, 2] : [2, 3] }, { shape: b ? [4, 3] : [3, 4] }];
  const product = (x: Tensor, y: Tensor) => ad.matmul(x, y, { transposeA: a, transposeB: b });
  expect(await gradientError(args, product)).toBeLessThan(1e-7);
});

test('gradients of shapes that broadcast agree with finite differences, whatever the shapes', async () => {
  const dimension = fc.integer({ min: 1, max: 3 });
  const shapes = fc
    .array(dimension, { maxLength: 3 })
    .chain((full) =>
      fc.tuple(
        fc.constant(full),
        fc.integer({ min: 0, max: full.length }),
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      ),
    )
    .map(([full, from, ones]) => [
      { shape: full, ...positive },
      { shape: full.slice(from).map((length, axis) => (ones[axis] ? 1 : length)), ...positive },
    ]);
  const operators = fc.constantFrom(ad.add, ad.sub, ad.mul, ad.div);
  const property = fc.asyncProperty(shapes, operators, fc.boolean(), async (args, operator, swapped) => {
    const f = (a: Tensor, b: Tensor) => (swapped ? operator(b, a) : operator(a, b));
    expect(await gradientError(args, f)).toBeLessThan(1e-6);
  });
  await fc.assert(property, { numRuns: 40, seed: 11 });
});

test('a tensor used more than once gets the sum of its gradients', async () => {
  const f = (x: Tensor) => ad.add(ad.mul(ad.exp(x), x), ad.sum(ad.square(x), [1], true));
  expect(await gradientError([{ shape: [2, 3] }], f)).toBeLessThan(1e-7);
});

test('gradients can be differentiated again', async () => {
  const f = (x: Tensor, w: Tensor) => ad.softmax(ad.tanh(ad.matmul(x, w)));
  const args = [{ shape: [2, 3] }, { shape: [3, 2] }];
  expect(await gradientError(args, f, { second: true })).toBeLessThan(1e-6);
});

test('what a loss does not depend on has a gradient of zeros', async () => {
  const graph = new GraphBuilder('zeros');
  const tape = new ad.Tape(graph);
  const x = tape.tensor(graph.input('x', 'float32', [2]), [2]);
  const other = tape.tensor(graph.input('other', 'float32', [3]), [3]);
  const [found] = ad.gradient(ad.sum(ad.square(x)), [other]);
  graph.output('gradient', (found as Tensor).value, 'float32');
  const session = await createSession(graph.build());
  const feed = (...numbers: number[]) =>
    ({ type: 'float32', data: Float32Array.from(numbers), dims: [numbers.length] }) as const;
  const outputs = await session.run({ x: feed(1, 2), other: feed(1, 2, 3) });
  expect(outputs.float32('gradient')).toEqual(new Float32Array(3));
  await session.release();
});

test('shapes that do not fit are refused while the graph is written', () => {
  const tape = new ad.Tape(new GraphBuilder('misfit'));
  const zeros = (...shape: number[]) => tape.filled(shape, 0);
  expect(() => ad.add(zeros(2, 3), zeros(2))).toThrow('do not broadcast');
  expect(() => ad.matmul(zeros(2, 3), zeros(2, 3))).toThrow('[2, 3] × [2, 3]');
  expect(() => ad.reshape(zeros(2, 3), [4])).toThrow('cannot become');
});
