import { expect, it } from 'vitest';
import { readTrees } from '../../../../../engine/explain/trees/read-trees.ts';
import { scoresOf } from '../../../../../engine/explain/trees/tree-ensemble.ts';
import { createSession, decodeGraph, GraphBuilder } from '../../../../../engine/onnx/index.ts';

/** A split by the categories 1 and 3 of column 0, as a chain that leads to the same leaf, over a split of column 1. */
function model(extra: Record<string, number | string> = {}): Uint8Array {
  const graph = new GraphBuilder('model');
  const x = graph.input('x', 'float32', ['N', 2]);
  const y = graph.node(
    'TreeEnsembleRegressor',
    [x],
    {
      nodes_treeids: Int32Array.of(0, 0, 0, 0, 0, 0),
      nodes_nodeids: Int32Array.of(0, 1, 2, 3, 4, 5),
      nodes_featureids: Int32Array.of(0, 0, 1, 0, 0, 0),
      nodes_modes: ['BRANCH_EQ', 'BRANCH_EQ', 'BRANCH_LT', 'LEAF', 'LEAF', 'LEAF'],
      nodes_values: Float32Array.of(1, 3, 0.5, 0, 0, 0),
      nodes_truenodeids: Int32Array.of(3, 3, 4, 0, 0, 0),
      nodes_falsenodeids: Int32Array.of(1, 2, 5, 0, 0, 0),
      nodes_missing_value_tracks_true: Int32Array.of(1, 1, 0, 0, 0, 0),
      nodes_hitrates: Float32Array.of(9, 9, 5, 4, 2, 3),
      target_treeids: Int32Array.of(0, 0, 0),
      target_nodeids: Int32Array.of(3, 4, 5),
      target_ids: Int32Array.of(0, 0, 0),
      target_weights: Float32Array.of(10, 20, 30),
      n_targets: 1,
      ...extra,
    },
    { domain: 'ai.onnx.ml' },
  );
  graph.output('y', y, 'float32', ['N', 1]);
  return graph.build();
}

const rows = [1, 0, 3, 0, 2, 0, 2, 0.5, Number.NaN, 0, 0, Number.NaN];

it('trees score rows as ONNX Runtime does, with categories asked for one after the other as one set', async () => {
  const file = model();
  const [node] = decodeGraph(file).nodes;
  const ensemble = node === undefined ? null : await readTrees(node, async () => {});
  expect(ensemble?.trees[0]?.column.length).toBe(5);
  expect([...(ensemble?.trees[0]?.sets.values() ?? [])]).toEqual([new Set([1, 3])]);
  expect(ensemble?.trees[0]?.cover).toEqual(Float64Array.of(9, 4, 5, 2, 3));
  const session = await createSession(file);
  const feeds = { x: { type: 'float32', data: Float32Array.from(rows), dims: [6, 2] } } as const;
  const answers = (await session.run(feeds)).float32('y');
  await session.release();
  expect([...answers]).toEqual([10, 10, 20, 30, 10, 30]);
  expect(ensemble === null ? [] : [...scoresOf(ensemble, rows, 6, 2)]).toEqual([...answers]);
});

it('trees that are not summed are not read', async () => {
  const [node] = decodeGraph(model({ aggregate_function: 'MAX' })).nodes;
  expect(node === undefined ? undefined : await readTrees(node, async () => {})).toBeNull();
});
