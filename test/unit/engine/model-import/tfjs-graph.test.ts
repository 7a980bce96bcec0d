import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readModel } from '../../../../engine/model-import/read-model.ts';
import { convertTfjs } from '../../../../engine/model-import/tfjs/convert-tfjs.ts';
import { createSession, type Feed } from '../../../../engine/onnx/index.ts';
import { ModelReading } from '../../../../local-api/contract/index.ts';

const folder = new URL('../../../fixtures/imported/tfjs-graph/', import.meta.url);
type Told = { dims: number[]; data: number[] };
type Given = Told & { type: string };
const cases = JSON.parse(await readFile(new URL('cases.json', folder), 'utf8')) as Record<
  string,
  { inputs: Record<string, Given>; outputs: Record<string, Told> }
>;
const fixture = async (name: string) =>
  convertTfjs(await readFile(new URL(`${name}/model.json`, folder)), async (path) =>
    readFile(new URL(`${name}/${path}`, folder)),
  );

const feedOf = ({ dims, data, type }: Given): Feed =>
  type === 'int32'
    ? { type, dims, data: Int32Array.from(data) }
    : { type: 'float32', dims, data: Float32Array.from(data) };

async function answersOf(onnx: Uint8Array, inputs: Record<string, Given>): Promise<Record<string, Told>> {
  const session = await createSession(onnx);
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, given]) => [name, feedOf(given)]));
  const answers = (await session.run(feeds)).all();
  await session.release();
  return Object.fromEntries(
    Object.entries(answers).map(([name, { dims, data }]) => [
      name,
      { dims: [...dims], data: Array.from(data as ArrayLike<number | bigint | boolean>, Number) },
    ]),
  );
}

describe('graph models answer as TensorFlow.js does, to 1e-5', () => {
  test.each(Object.keys(cases))('%s', async (name) => {
    const { inputs = {}, outputs = {} } = cases[name] ?? {};
    const { onnx, format } = await fixture(name);
    expect(format).toBe('tfjs-graph');
    const ours = await answersOf(onnx, inputs);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(outputs).sort());
    const wrong = Object.entries(outputs).filter(([output, { dims, data }]) => {
      const own = ours[output];
      const isNear = (value: number, i: number) =>
        Math.abs((own?.data[i] ?? Number.NaN) - value) <= 1e-5 * (1 + Math.abs(value));
      return JSON.stringify(own?.dims) !== JSON.stringify(dims) || !data.every(isNear);
    });
    expect(wrong.map(([output, told]) => ({ output, told, ours: ours[output] }))).toEqual([]);
  });
});

type Node = { name: string; op: string; input?: string[]; attr?: Record<string, unknown> };
type Constant = { name: string; shape: number[]; dtype?: string; values: number[]; quantization?: object };

/** A graph model written down in the test; its weights are 4 bytes each, or 1 when quantised. */
async function converted(nodes: Node[], constants: Constant[] = [], rest: Record<string, unknown> = {}) {
  const bytes = constants.map(({ values, dtype, quantization }) => {
    if (quantization !== undefined || dtype === 'bool') return Uint8Array.from(values);
    return new Uint8Array((dtype === 'int32' ? Int32Array : Float32Array).from(values).buffer);
  });
  const json = {
    format: 'graph-model',
    modelTopology: { node: [...constants.map(({ name }) => ({ name, op: 'Const' })), ...nodes] },
    weightsManifest: [
      { paths: ['w'], weights: constants.map(({ values: _, ...spec }) => ({ dtype: 'float32', ...spec })) },
    ],
    ...rest,
  };
  return convertTfjs(Buffer.from(JSON.stringify(json)), async () => Buffer.concat(bytes));
}

const table = (columns: number) => ({
  dtype: { type: 'DT_FLOAT' },
  shape: { shape: { dim: [{ size: '-1' }, { size: String(columns) }] } },
});
const x: Node = { name: 'x', op: 'Placeholder', attr: table(2) };
const rows: Record<string, Given> = { x: { dims: [2, 2], data: [1, 2, -3, 4], type: 'float32' } };

describe('a graph model', () => {
  test('without a signature takes its placeholders and gives what no node takes', async () => {
    // max(x W + b, 0): [1 2] gives 1 + 6 + 0.5 and 2 + 8 - 20; [-3 4] gives -3 + 12 + 0.5 and -6 + 16 - 20.
    const { onnx } = await converted(
      [
        { name: 'answer', op: 'Relu', input: ['sum', '^note'] },
        { name: 'note', op: 'NoOp' },
        { name: 'sum', op: 'BiasAdd', input: ['product', 'b'] },
        { name: 'product', op: 'MatMul', input: ['x:0', 'w'] },
        x,
      ],
      [
        { name: 'w', shape: [2, 2], values: [1, 2, 3, 4] },
        { name: 'b', shape: [2], values: [0.5, -20] },
      ],
    );
    expect(await answersOf(onnx, rows)).toEqual({ answer: { dims: [2, 2], data: [7.5, 0, 9.5, 0] } });
  });

  test('with a signature takes and gives its names, with sizes that only it knows', async () => {
    const signature = {
      inputs: { 'numbers:0': { name: 'x:0', tensorShape: { dim: [{ size: '-1' }, { size: '2' }] } } },
      outputs: { 'least:0': { name: 'least:0' }, twice: { name: 'twice' } },
    };
    const open = { ...x, attr: { dtype: { type: 1 }, shape: { shape: { unknownRank: true } } } };
    const nodes: Node[] = [
      open,
      { name: 'least', op: 'Min', input: ['x', 'axis'] },
      { name: 'twice', op: 'AddV2', input: ['x', 'x'] },
    ];
    const constants = [{ name: 'axis', shape: [], dtype: 'int32', values: [1] }];
    for (const rest of [{ signature }, { userDefinedMetadata: { signature } }]) {
      const { onnx } = await converted(nodes, constants, rest);
      const numbers = { dims: [2, 2], data: [1, 2, -3, 4], type: 'float32' };
      expect(await answersOf(onnx, { numbers })).toEqual({
        least: { dims: [2], data: [1, -3] },
        twice: { dims: [2, 2], data: [2, 4, -6, 8] },
      });
    }
  });

  test('keeps whole numbers exact, and restores quantised weights', async () => {
    const { onnx } = await converted(
      [
        x,
        { name: 'sum', op: 'Add', input: ['x', 'w'] },
        { name: 'whole', op: 'Identity', input: ['large'] },
        { name: 'choice', op: 'SelectV2', input: ['truth', 'x', 'w'] },
      ],
      [
        { name: 'w', shape: [2], values: [0, 4], quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
        { name: 'large', shape: [1], dtype: 'int32', values: [16_777_217] },
        { name: 'truth', shape: [2], dtype: 'bool', values: [1, 0] },
      ],
    );
    expect(await answersOf(onnx, rows)).toEqual({
      sum: { dims: [2, 2], data: [0, 3, -4, 5] },
      whole: { dims: [1], data: [16_777_217] },
      choice: { dims: [2, 2], data: [1, 1, -3, 1] },
    });
  });

  test('becomes a model of columns and classes like any other', async () => {
    const { onnx } = await fixture('table');
    const asked = ModelReading.parse({ features: ['a', 'b', 'c', 'd'], classes: ['low', 'mid', 'high'] });
    const options = { open: createSession, metadata: {}, progress() {} };
    const { report, model } = await readModel(onnx, asked, options);
    expect(report.problems).toEqual([]);
    expect(report.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N', 4] }]);
    expect(model?.signature).toMatchObject({ task: 'classification', classes: ['low', 'mid', 'high'] });
  });
});

describe('graph models that cannot be converted', () => {
  const refusal = async (nodes: Node[], constants: Constant[] = []): Promise<string[]> => {
    const thrown: unknown = await converted(nodes, constants).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'models/not-importable',
      hint: expect.stringContaining('tf2onnx'),
      problems: expect.any(Array),
    });
    const { problems } = thrown as { problems: { message: string }[] };
    return problems.map(({ message }) => message).sort();
  };

  test('every operation without a counterpart is named once, with weights that are not read', async () => {
    const nodes: Node[] = [
      x,
      { name: 'hash', op: 'LookupTableFindV2', input: ['x'] },
      { name: 'again', op: 'LookupTableFindV2', input: ['hash'] },
      { name: 'loop', op: 'While', input: ['again', 'texts', 'gone'] },
      { name: 'unused', op: 'NoOp' },
    ];
    expect(await refusal(nodes, [{ name: 'texts', shape: [1], dtype: 'string', values: [0] }])).toEqual([
      'The node gone is not in the graph',
      'The operation LookupTableFindV2 has no counterpart here (the node hash and 1 more)',
      'The operation While has no counterpart here (the node loop)',
      'The weights texts are of string, which are not read',
    ]);
  });

  test('nodes that ask for something else are named with the reason, those after them are not', async () => {
    const paddings = { name: 'edge', shape: [2, 2], dtype: 'int32', values: [0, 0, 1, 1] };
    const nodes: Node[] = [
      x,
      { name: 'mirror', op: 'MirrorPad', input: ['x', 'edge'], attr: { mode: { s: 'U1lNTUVUUklD' } } },
      { name: 'after', op: 'Relu', input: ['mirror'] },
      { name: 'sum', op: 'Sum', input: ['x', 'x'] },
      { name: 'text', op: 'Cast', input: ['x'], attr: { DstT: { type: 'DT_STRING' } } },
      { name: 'training', op: 'FusedBatchNormV3', input: ['x'], attr: { is_training: { b: true } } },
    ];
    expect(await refusal(nodes, [paddings])).toEqual([
      'The node mirror (MirrorPad) cannot be converted: it repeats what lies at the edge (SYMMETRIC)',
      'The node sum (Sum) cannot be converted: its axes are computed while it runs',
      'The node text (Cast) cannot be converted: it holds DT_STRING',
      'The node training (FusedBatchNormV3) cannot be converted: it takes the mean of the rows that come together',
    ]);
  });

  test('graphs that run in circles or give nothing are refused', async () => {
    const circle: Node[] = [
      { name: 'a', op: 'Add', input: ['x', 'b'] },
      { name: 'b', op: 'Relu', input: ['a'] },
      { name: 'end', op: 'Neg', input: ['a'] },
    ];
    expect(await refusal([x, ...circle])).toEqual(['The output end cannot be computed: end:0 is not there']);
    expect(await refusal([])).toEqual(['The graph gives nothing out']);
  });
});
