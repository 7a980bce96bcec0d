import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import { addAnswer, addConstantRows } from '../graph-parts.ts';
import type { Objective } from './objective.ts';
import type { Tree } from './tree.ts';

/**
 * Adds the trees as one TreeEnsembleRegressor (ai.onnx.ml 3) that sums raw scores [N, k], followed by the link.
 * Both sides compare float32, so every row takes the path that it took here. Without trees the start scores answer.
 */
export function addTreesToGraph(
  graph: GraphBuilder,
  features: Value,
  trees: readonly Tree[],
  objective: Objective,
): Value {
  const start = Float32Array.from(objective.start);
  const scores =
    trees.length === 0
      ? addConstantRows(graph, features, start)
      : graph.node('TreeEnsembleRegressor', [features], ensembleAttributes(trees, objective.k, start), {
          domain: 'ai.onnx.ml',
        });
  return addAnswer(graph, scores, objective.metric === 'rmse' ? 'regression' : 'classification', objective.k);
}

function ensembleAttributes(trees: readonly Tree[], k: number, start: Float32Array) {
  const nodes = trees.reduce((sum, tree) => sum + tree.column.length, 0);
  const leaves = trees.reduce((sum, tree) => sum + (tree.column.length + 1) / 2, 0);
  const ints = () => new Int32Array(nodes);
  const nodeAttributes = {
    nodes_treeids: ints(),
    nodes_nodeids: ints(),
    nodes_featureids: ints(),
    nodes_truenodeids: ints(),
    nodes_falsenodeids: ints(),
    nodes_missing_value_tracks_true: ints(),
    nodes_values: new Float32Array(nodes),
  };
  const modes: string[] = [];
  const targetAttributes = {
    target_treeids: new Int32Array(leaves),
    target_nodeids: new Int32Array(leaves),
    target_ids: new Int32Array(leaves),
    target_weights: new Float32Array(leaves),
  };
  let at = 0;
  let leaf = 0;
  trees.forEach((tree, id) => {
    for (let node = 0; node < tree.column.length; node++, at++) {
      const column = tree.column[node] as number;
      nodeAttributes.nodes_treeids[at] = id;
      nodeAttributes.nodes_nodeids[at] = node;
      modes.push(column < 0 ? 'LEAF' : 'BRANCH_LEQ');
      if (column < 0) {
        targetAttributes.target_treeids[leaf] = id;
        targetAttributes.target_nodeids[leaf] = node;
        targetAttributes.target_ids[leaf] = tree.target;
        targetAttributes.target_weights[leaf] = tree.value[node] as number;
        leaf++;
        continue;
      }
      nodeAttributes.nodes_featureids[at] = column;
      nodeAttributes.nodes_values[at] = tree.threshold[node] as number;
      nodeAttributes.nodes_truenodeids[at] = tree.left[node] as number;
      nodeAttributes.nodes_falsenodeids[at] = tree.right[node] as number;
      nodeAttributes.nodes_missing_value_tracks_true[at] = tree.missingLeft[node] as number;
    }
  });
  return {
    ...nodeAttributes,
    ...targetAttributes,
    nodes_modes: modes,
    n_targets: k,
    base_values: start,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
  };
}
