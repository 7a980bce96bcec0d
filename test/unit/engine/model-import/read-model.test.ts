import { describe, expect, test } from 'vitest';
import { type ReadModel, readModel } from '../../../../engine/model-import/read-model.ts';
import { createSession, type GraphBuilder, type Value } from '../../../../engine/onnx/index.ts';
import { encodeRequest, newPace, runBatches } from '../../../../engine/serving/index.ts';
import { type Cell, ModelReading } from '../../../../local-api/contract/index.ts';
import {
  endlessModel,
  foreignCase,
  foreignGraph,
  withWeightsElsewhere,
} from '../../../kit/models/foreign-models.ts';

const read = (file: Uint8Array, asked: Partial<ModelReading> = {}): Promise<ReadModel> =>
  readModel(file, ModelReading.parse(asked), { open: createSession, metadata: {}, progress() {} });

async function answers({ model, report }: ReadModel, rows: Record<string, Cell>[]) {
  if (model === null) throw new Error(JSON.stringify(report.problems));
  const session = await createSession(model.file);
  try {
    const encoded = await encodeRequest(model.signature, { rows });
    return await runBatches(session, model.signature, encoded, newPace());
  } finally {
    await session.release();
  }
}

const faults = async (file: Uint8Array, asked: Partial<ModelReading> = {}): Promise<string[]> =>
  (await read(file, asked)).report.problems.map(({ path, message }) => `${path} ${message}`);

function closeTo(ours: number[][], theirs: number[][]): void {
  expect(ours.length).toBe(theirs.length);
  ours.forEach((row, i) => {
    row.forEach((value, k) => {
      const other = theirs[i]?.[k] ?? Number.NaN;
      expect(Math.abs(value - other) / (1 + Math.abs(other))).toBeLessThan(1e-5);
    });
  });
}

const flat = (g: GraphBuilder, x: Value): Value => g.node('ReduceSum', [x, g.constant(BigInt64Array.of(1n))]);
const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `c${i}`);

describe('models of scikit-learn', () => {
  test('probabilities in a ZipMap are taken apart: labels, classes and probabilities equal its own', async () => {
    const {
      file,
      rows,
      features,
      label,
      classes,
      probabilities = [],
    } = await foreignCase('sklearn_logistic');
    const found = await read(file, { features });
    expect(found.report).toMatchObject({ producer: 'skl2onnx 1.20.0', warnings: [], problems: [] });
    expect(found.model?.signature).toMatchObject({ task: 'classification', classes, positive: null });
    const given = await answers(found, rows);
    expect(given.label).toEqual(label);
    closeTo(given.probabilities ?? [], probabilities);
  });

  test('inputs of several types become columns of their names; texts it never saw are answered', async () => {
    const { file, rows, label, probabilities = [] } = await foreignCase('sklearn_mixed');
    const found = await read(file);
    expect(found.model?.signature).toMatchObject({
      classes: ['no', 'yes'],
      positive: 'yes',
      inputs: [
        { name: 'size', type: 'float' },
        { name: 'weight', type: 'float' },
        { name: 'colour', type: 'string' },
      ],
    });
    const given = await answers(found, rows);
    expect(given.label).toEqual(label);
    closeTo(given.probabilities ?? [], probabilities);
  });

  test('values of a regression equal its own, in columns f0, f1 … without names', async () => {
    const { file, rows, features, value = [] } = await foreignCase('sklearn_ridge');
    const found = await read(file);
    expect(found.model?.signature.inputs.slice(0, 2)).toMatchObject([{ name: 'f0' }, { name: 'f1' }]);
    const unnamed = rows.map((row) =>
      Object.fromEntries(features.map((name, i) => [`f${i}`, row[name] ?? null])),
    );
    closeTo([(await answers(found, unnamed)).value ?? []], [value]);
  });
});

describe('reading a graph', () => {
  test('names of columns that values of the graph have already are no obstacle', async () => {
    const file = foreignGraph((g, x) => g.output('value', flat(g, x), 'float32', ['N', 1]));
    const found = await read(file, { features: ['X', 'value'] });
    const given = await answers(found, [{ X: 1, value: 2 }]);
    expect(given.value).toEqual([3]);
  });

  test('an input of more dimensions is laid out row by row', async () => {
    const { GraphBuilder: Builder } = await import('../../../../engine/onnx/index.ts');
    const g = new Builder('image');
    const x = g.input('X', 'float32', ['N', 2, 2]);
    const last = g.node('Gather', [x, g.constant(BigInt64Array.of(1n), [])], { axis: 1 });
    g.output('y', flat(g, last), 'float32', ['N', 1]);
    const given = await answers(await read(g.build(), { features: names(4) }), [
      { c0: 1, c1: 2, c2: 30, c3: 400 },
    ]);
    expect(given.value).toEqual([430]);
  });

  test('columns without which it still answers may be missing, others not', async () => {
    const file = foreignGraph((g, x) => {
      const filled = g.node('Where', [g.node('IsNaN', [x]), g.constant(Float32Array.of(7, Number.NaN)), x]);
      g.output('y', flat(g, filled), 'float32', ['N', 1]);
    });
    const found = await read(file, { features: ['a', 'b'] });
    expect(found.model?.signature.inputs.map(({ nullable }) => nullable)).toEqual([true, false]);
    expect((await answers(found, [{ a: null, b: 1 }])).value).toEqual([8]);
  });

  test('logits become probabilities; as probabilities they are refused', async () => {
    const file = foreignGraph((g, x) => g.output('z', g.node('Identity', [x]), 'float32', ['N', 2]));
    const asked = { features: ['a', 'b'], classes: ['no', 'yes'] };
    const [fault = ''] = await faults(file, asked);
    expect(fault).toMatch(/^\/scores "z" holds .*, which is no probability/);
    const given = await answers(await read(file, { ...asked, scores: 'logits' }), [{ a: 0, b: Math.log(3) }]);
    closeTo(given.probabilities ?? [], [[0.25, 0.75]]);
    expect(given.label).toEqual(['yes']);
  });

  test('a single probability is that of the second class', async () => {
    const file = foreignGraph((g, x) => g.output('p', g.node('Sigmoid', [flat(g, x)]), 'float32', ['N', 1]));
    const found = await read(file, { features: ['a', 'b'], classes: ['no', 'yes'] });
    closeTo((await answers(found, [{ a: 1, b: -2 }])).probabilities ?? [], [
      [1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)],
    ]);
    expect((await read(file)).report.warnings[0]).toMatch(/taken for a regression/);
  });

  test('a model that only names a class gives it the probability 1', async () => {
    const file = foreignGraph((g, x) => {
      const best = g.node('ArgMax', [x], { axis: 1, keepdims: 0 });
      g.output('label', g.node('Gather', [g.constant(['cat', 'dog']), best]), 'string', ['N']);
    });
    const given = await answers(await read(file, { features: ['a', 'b'] }), [{ a: 1, b: 2 }]);
    expect(given).toMatchObject({ label: ['dog'], classes: ['cat', 'dog'], probabilities: [[0, 1]] });
  });

  test('the same file gives the same bytes', async () => {
    const { file, features } = await foreignCase('sklearn_logistic');
    const [one, two] = [await read(file, { features }), await read(file, { features })];
    expect(Buffer.from(one.model?.file ?? []).equals(Buffer.from(two.model?.file ?? []))).toBe(true);
  });
});

describe('what cannot be imported is said, all at once', () => {
  test('bytes that are no ONNX file, or a part of one', async () => {
    const { file } = await foreignCase('sklearn_logistic');
    for (const bytes of [file.subarray(0, 300), Buffer.from('hello, this is no model at all')])
      await expect(read(bytes)).rejects.toMatchObject({
        code: 'models/not-importable',
        message: expect.stringMatching(/no whole ONNX file/),
      });
  });

  test('names that do not fit', async () => {
    const { file } = await foreignCase('sklearn_logistic');
    expect(await faults(file, { features: ['a', 'a'], classes: ['x', 'y'] })).toEqual([
      '/features 2 names for 4 columns',
      '/features/1 "a" is named twice',
      '/classes 2 names for 3 classes',
    ]);
    expect(await faults(file, { classes: ['x', 'y'] })).toEqual(['/classes 2 names for 3 classes']);
    expect(await faults(file, { answer: 'nothing' })).toEqual([
      '/answer The model has no output "nothing" that can be read',
    ]);
  });

  test('weights in other files, which are not read', async () => {
    expect(await faults(withWeightsElsewhere())).toEqual([
      '/file Its weights lie in other files (W), which were not given',
    ]);
  });

  test('operators of somebody else, and no outputs', async () => {
    const strange = foreignGraph((g, x) => {
      g.node('Guess', [x], {}, { domain: 'acme.magic' });
    });
    expect(await faults(strange)).toEqual([
      "/file It uses operators that are not ONNX's: acme.magic.Guess. They run only with a library of their maker",
      '/file The graph has no outputs: it answers nothing',
    ]);
  });

  test('an operator that the standard does not know', async () => {
    const [fault = ''] = await faults(
      foreignGraph((g, x) => g.output('y', g.node('Guess', [x]), 'float32', ['N', 1])),
    );
    expect(fault).toMatch(/^\/file ONNX Runtime refused the model: .*Guess/);
  });

  test('several values a row without names of classes, and an image', async () => {
    const several = foreignGraph((g, x) => g.output('y', g.node('Identity', [x]), 'float32', ['N', 2]));
    expect((await faults(several))[0]).toMatch(/^\/classes "y" holds 2 numbers a row/);
    const image = foreignGraph((g, x) => g.output('y', flat(g, x), 'float32', ['N', 1]), { width: 150_528 });
    expect((await faults(image))[0]).toMatch(/150528 numbers a row, more than the 4096 columns/);
  });

  test('a model that answers a row otherwise when others come with it', async () => {
    const file = foreignGraph((g, x) => {
      const mean = g.node('ReduceMean', [x], { axes: [0], keepdims: 1 });
      g.output('y', flat(g, g.node('Sub', [x, mean])), 'float32', ['N', 1]);
    });
    expect((await faults(file))[0]).toMatch(/answers a row otherwise when others come with it/);
  });

  test('loops are seen in the file', async () => {
    const { hasControlFlow } = await import('../../../../engine/onnx/index.ts');
    expect(hasControlFlow(endlessModel())).toBe(true);
    expect(hasControlFlow((await foreignCase('sklearn_logistic')).file)).toBe(false);
  });
});
