import { expect, test } from 'vitest';
import { createSession, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import { ensemblePipeline, type Join } from '../../../../../engine/training/auto/ensemble-pipeline.ts';
import { fitStack } from '../../../../../engine/training/auto/stack.ts';
import type { Pipeline } from '../../../../../engine/training/pipeline.ts';
import type { TrainingTable } from '../../../../../engine/training/table.ts';
import { maxDifference, parkMiller } from '../../../../kit/training.ts';

const rows = 400;
const table: TrainingTable = {
  rows,
  matchedRows: rows,
  withoutTarget: 0,
  columns: ['a', 'b'].map((name, i) => ({
    name,
    type: 'float',
    nullable: false,
    role: 'number',
    values: parkMiller(rows, 5 + i).map((u) => 4 * u - 2),
  })),
  extras: [],
  target: { task: 'regression', values: new Float64Array(rows) },
  sourceRows: Int32Array.from({ length: rows }, (_, row) => row),
};
const all = Int32Array.from({ length: rows }, (_, row) => row);
const signal = new AbortController().signal;

/** Answers by one column alone: class probabilities that rise with it, or the number itself, sharpened by `factor`. */
function member(name: 'a' | 'b', classes: number, factor: number): Pipeline {
  const scoresOf = (value: number) => Array.from({ length: classes }, (_, c) => factor * c * value);
  return {
    inputs: [{ name, type: 'float', nullable: true }],
    featureNames: [name],
    addToGraph(graph, inputs) {
      const value = inputs.get(name);
      if (value === undefined) throw new Error('no such input');
      const column = graph.node('Reshape', [
        graph.node('Cast', [value], { to: 1 }),
        graph.constant(BigInt64Array.of(-1n, 1n)),
      ]);
      const factors = Float32Array.from(
        { length: Math.max(1, classes) },
        (_, c) => factor * Math.max(c, 1 - classes),
      );
      const scores = graph.node('Mul', [column, graph.constant(factors, [1, factors.length])]);
      return classes === 0 ? scores : graph.node('Softmax', [scores], { axis: 1 });
    },
    async predict({ columns }, picked) {
      const column = columns.find((one) => one.name === name);
      if (column === undefined || column.role === 'category') throw new Error('no such column');
      const { values } = column;
      return Float32Array.from(
        [...picked].flatMap((row) => {
          const value = Math.fround(values[row] ?? 0);
          if (classes === 0) return [Math.fround(factor) * value];
          const scores = scoresOf(value).map(Math.exp);
          const total = scores.reduce((sum, score) => sum + score, 0);
          return scores.map((score) => score / total);
        }),
      );
    },
  };
}

async function inFile(pipeline: Pipeline): Promise<Float32Array> {
  const graph = new GraphBuilder('model');
  const inputs = new Map(pipeline.inputs.map(({ name }) => [name, graph.input(name, 'float64', ['N'])]));
  graph.output('answer', pipeline.addToGraph(graph, inputs), 'float32', ['N', 'K']);
  const session = await createSession(graph.build({ producerVersion: '0', metadata: {} }));
  try {
    const feeds = table.columns.flatMap((column) =>
      column.role === 'category'
        ? []
        : [[column.name, { type: 'float64' as const, dims: [rows], data: column.values }] as const],
    );
    return (await session.run(Object.fromEntries(feeds))).float32('answer');
  } finally {
    await session.release();
  }
}

test.each([0, 2, 3])('one file answers as the mean and the stack do here; classes: %s', async (classes) => {
  const members = [member('a', classes, 1), member('b', classes, 3), member('a', classes, 0.2)];
  const answers = await Promise.all(members.map((one) => one.predict(table, all, signal)));
  const u = parkMiller(rows, 77);
  const truth = Float64Array.from(u, (noise, i) =>
    classes === 0 ? 100 + 5 * (answers[0]?.[i] ?? 0) + noise : Math.floor(classes * noise),
  );
  const stack = await fitStack({ answers, truth, weights: null, classes }, signal);
  const joins: Join[] = [
    { kind: 'mean', weights: [0.5, 0.2, 0.3] },
    { kind: 'stack', stack },
  ];
  for (const join of joins) {
    const pipeline = ensemblePipeline(members, join);
    expect(pipeline.inputs.map(({ name }) => name)).toEqual(['a', 'b']);
    const here = await pipeline.predict(table, all, signal);
    expect(here).toHaveLength(rows * Math.max(1, classes));
    expect(maxDifference(await inFile(pipeline), here), join.kind).toBeLessThan(1e-5);
  }
  if (classes === 0) {
    // Least squares finds the line again.
    const stacked = stack.apply(answers);
    const error = truth.reduce((sum, value, i) => sum + Math.abs(value - (stacked[i] ?? 0)), 0) / rows;
    expect(error).toBeLessThan(0.6);
  }
});
