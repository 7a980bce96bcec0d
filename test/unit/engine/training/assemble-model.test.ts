import { describe, expect, test } from 'vitest';
import {
  createSession,
  flattenModel,
  type GraphBuilder,
  outputNames,
  type Value,
} from '../../../../engine/onnx/index.ts';
import { assembleModel } from '../../../../engine/training/assemble-model.ts';
import { addPreprocessing } from '../../../../engine/training/preprocessing/add-preprocessing.ts';
import { fitPreprocessing } from '../../../../engine/training/preprocessing/fit.ts';
import { type FittedPreprocessing, matrixColumns } from '../../../../engine/training/preprocessing/fitted.ts';
import { signatureOf } from '../../../../engine/training/signature.ts';
import type { TableTarget } from '../../../../engine/training/table.ts';
import { tableFeeds } from '../../../../engine/training/table-feeds.ts';
import { Preprocessing } from '../../../../local-api/contract/index.ts';
import { allRows, tableOf } from './preprocessing/tables.ts';

const provenance = {
  assayVersion: '0.1.0',
  trainer: 'linear',
  recipeDigest: 'sha256:1',
  datasetDigest: 'sha256:2',
};

/** Softmax of (x, −x), or x itself for regression. */
function addModel(graph: GraphBuilder, features: Value): Value {
  return graph.node('Softmax', [
    graph.node('MatMul', [features, graph.constant(Float32Array.of(1, -1), [1, 2])]),
  ]);
}

const classes: TableTarget = {
  task: 'classification',
  codes: Int32Array.of(0, 1, 0),
  classes: ['no', 'yes'],
};

function pipelineOf(fitted: FittedPreprocessing, add: typeof addModel) {
  return {
    inputs: fitted.inputs,
    featureNames: matrixColumns(fitted).map(({ name }) => name),
    addToGraph: (graph: GraphBuilder, inputs: ReadonlyMap<string, Value>) =>
      add(graph, addPreprocessing(graph, fitted, inputs)),
  };
}

async function modelOf(options: {
  name?: string;
  target?: TableTarget;
  threshold?: number;
  addModel?: typeof addModel;
}) {
  const { name = 'x', target = classes } = options;
  const table = tableOf({ [name]: { type: 'float', values: [-1, 0, 1] } }, target);
  const fitted = await fitPreprocessing({
    table,
    rows: allRows(table),
    preprocessing: Preprocessing.parse({ numeric: { scale: 'none' } }),
    view: { numbers: 'scaled', categories: 'encoded' },
    seed: 0,
  });
  const positive = target.task === 'classification' ? 'yes' : null;
  const signature = signatureOf({
    inputs: fitted.inputs,
    table,
    trainingRows: allRows(table),
    target: 'y',
    positive,
  });
  const { threshold } = options;
  const bytes = assembleModel({
    pipeline: pipelineOf(fitted, options.addModel ?? addModel),
    signature,
    provenance,
    ...(threshold === undefined ? {} : { threshold }),
  });
  return { bytes, signature, table, fitted };
}

describe('assembleModel', () => {
  test('answers label and probabilities for one row and for many', async () => {
    const { bytes, table, fitted } = await modelOf({});
    const session = await createSession(bytes);
    expect(session.outputNames).toEqual(['label', 'probabilities']);
    const all = await session.run(tableFeeds(fitted.inputs, table, allRows(table)));
    expect(all.strings('label')).toEqual(['yes', 'no', 'no']);
    expect(all.dims('probabilities')).toEqual([3, 2]);
    const one = await session.run(tableFeeds(fitted.inputs, table, Int32Array.of(2)));
    expect(one.strings('label')).toEqual(['no']);
    expect(one.float32('probabilities')[0]).toBe(all.float32('probabilities')[4]);
  });

  test('answers the positive class from the threshold on', async () => {
    const { bytes, table, fitted } = await modelOf({ threshold: 0.1 });
    const session = await createSession(bytes);
    const out = await session.run(tableFeeds(fitted.inputs, table, allRows(table)));
    expect(out.strings('label')).toEqual(['yes', 'yes', 'yes']);
  });

  test('answers a number a row for regression', async () => {
    const target: TableTarget = { task: 'regression', values: Float64Array.of(1, 2, 3) };
    const { bytes, table, fitted, signature } = await modelOf({
      target,
      addModel: (graph, features) => graph.node('Mul', [features, graph.constant(Float32Array.of(10))]),
    });
    expect(signature).toMatchObject({ task: 'regression', classes: null, positive: null });
    const session = await createSession(bytes);
    const out = await session.run(tableFeeds(fitted.inputs, table, allRows(table)));
    expect([...out.float32('value')]).toEqual([-10, 0, 10]);
    expect(out.dims('value')).toEqual([3]);
  });

  test('keeps the name of a raw column and moves the output aside when both are called "label"', async () => {
    const { bytes, signature, table, fitted } = await modelOf({ name: 'label' });
    expect(outputNames(signature.inputs)).toEqual({
      label: 'label_',
      probabilities: 'probabilities',
      value: 'value',
    });
    const session = await createSession(bytes);
    expect(session.inputNames).toEqual(['label']);
    const out = await session.run(tableFeeds(fitted.inputs, table, allRows(table)));
    expect(out.strings('label_')).toEqual(['yes', 'no', 'no']);
  });

  test('with a single input works as [N, 1] too, once its copy declares that', async () => {
    const table = tableOf({ city: { type: 'string', values: ['Ulm', 'Bern', 'Ulm'] } }, classes);
    const fitted = await fitPreprocessing({
      table,
      rows: allRows(table),
      preprocessing: Preprocessing.parse({ categorical: { minCount: 1 } }),
      view: { numbers: 'unscaled', categories: 'encoded' },
      seed: 0,
    });
    const signature = signatureOf({
      inputs: fitted.inputs,
      table,
      trainingRows: allRows(table),
      target: 'y',
      positive: 'yes',
    });
    const bytes = assembleModel({
      pipeline: pipelineOf(fitted, (_, features) => features),
      signature,
      provenance,
    });
    const copy = flattenModel(bytes, {
      output: 'probabilities',
      columns: ['Ulm', 'Bern'],
      loneInput: { name: 'city', type: 'string' },
    });
    const session = await createSession(copy);
    const out = await session.run({ city: { type: 'string', data: ['Bern', 'Ulm', 'Bern'], dims: [3, 1] } });
    expect([...out.float32('Bern')]).toEqual([1, 0, 1]);
    expect(out.strings('label')).toEqual(['yes', 'no', 'yes']);
  });

  test('gives the same bytes for the same model', async () => {
    const [one, other] = [await modelOf({}), await modelOf({})];
    expect(Buffer.from(one.bytes).equals(Buffer.from(other.bytes))).toBe(true);
  });
});

describe('signatureOf', () => {
  test('shows values as they travel in JSON', async () => {
    const table = tableOf(
      {
        flag: { type: 'boolean', values: [1, 0, null] },
        at: { type: 'datetime', values: [0, 864e5, 1.5e12] },
        code: { type: 'integer', role: 'category', values: [3, 4, 3] },
        city: { type: 'string', values: ['Ulm', 'Ulm', 'Bern'] },
      },
      classes,
    );
    const fitted = await fitPreprocessing({
      table,
      rows: allRows(table),
      preprocessing: Preprocessing.parse({ categorical: { minCount: 1 } }),
      view: { numbers: 'scaled', categories: 'encoded' },
      seed: 0,
    });
    const signature = signatureOf({
      inputs: fitted.inputs,
      table,
      trainingRows: allRows(table),
      target: 'y',
      positive: 'yes',
    });
    expect(signature.inputs).toEqual([
      { name: 'flag', type: 'boolean', nullable: true, examples: [true, false] },
      {
        name: 'at',
        type: 'datetime',
        nullable: false,
        examples: ['1970-01-01T00:00:00.000Z', '1970-01-02T00:00:00.000Z', '2017-07-14T02:40:00.000Z'],
      },
      { name: 'code', type: 'integer', nullable: false, examples: [3, 4] },
      { name: 'city', type: 'string', nullable: false, examples: ['Ulm', 'Bern'] },
    ]);
  });
});
