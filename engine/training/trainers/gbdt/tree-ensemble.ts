import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import { addConstantRows } from '../graph-parts.ts';
import type { Tree } from './tree.ts';

/**
 * Adds trees as one TreeEnsembleRegressor (ai.onnx.ml 3) that sums raw scores [N, k] and `start`. Both sides compare
 * float32, so every row takes the path that it took here. Without trees
 * the start scores answer.
 *
 * A node with a list of categories becomes a chain of BRANCH_EQ nodes on the same column, one a listed code, whose true
 * branches all lead to the node that listed codes go to. `nodes_hitrates` says how many training rows reached a node; every
 * node of a chain says it of the whole chain.
 */
export function addTreesToGraph(
  graph: GraphBuilder,
  features: Value,
  trees: readonly Tree[],
  start: Float32Array,
): Value {
  if (trees.length === 0) return addConstantRows(graph, features, start);
  const attributes = ensembleAttributes(trees, start);
  return graph.node('TreeEnsembleRegressor', [features], attributes, { domain: 'ai.onnx.ml' });
}

function ensembleAttributes(trees: readonly Tree[], start: Float32Array) {
  const treeIds: number[] = [];
  const nodeIds: number[] = [];
  const modes: string[] = [];
  const columns: number[] = [];
  const values: number[] = [];
  const trueNodes: number[] = [];
  const falseNodes: number[] = [];
  const missingTrue: number[] = [];
  const hits: number[] = [];
  const leaves = {
    trees: [] as number[],
    nodes: [] as number[],
    targets: [] as number[],
    weights: [] as number[],
  };
  const addLeaf = (id: number, tree: Tree, node: number): void => {
    const add = (target: number, weight: number): void => {
      leaves.trees.push(id);
      leaves.nodes.push(node);
      leaves.targets.push(target);
      leaves.weights.push(weight);
    };
    if (!tree.outputs) {
      add(tree.target, tree.value[node] as number);
      return;
    }
    const k = start.length;
    // Of many classes a leaf has but a few. Where nodes list categories all are written: see forest/tell-leaves-apart.ts.
    const isWhole = k === 1 || tree.lists.length > 0;
    tree.outputs.subarray(node * k, (node + 1) * k).forEach((output, target) => {
      if (output !== 0 || isWhole) add(target, output);
    });
  };
  trees.forEach((tree, id) => {
    let nextId = tree.column.length;
    const add = (
      node: number,
      nodeId: number,
      mode: string,
      value: number,
      yes: number,
      no: number,
    ): void => {
      treeIds.push(id);
      nodeIds.push(nodeId);
      modes.push(mode);
      columns.push(Math.max(0, tree.column[node] as number));
      values.push(value);
      trueNodes.push(yes);
      falseNodes.push(no);
      missingTrue.push(mode === 'LEAF' ? 0 : (tree.missingLeft[node] as number));
      hits.push(tree.rows[node] as number);
    };
    for (let node = 0; node < tree.column.length; node++) {
      if ((tree.column[node] as number) < 0) {
        add(node, node, 'LEAF', 0, 0, 0);
        addLeaf(id, tree, node);
        continue;
      }
      const left = tree.left[node] as number;
      const right = tree.right[node] as number;
      const codes = listedCodes(tree, node);
      if (codes === null) {
        add(node, node, 'BRANCH_LEQ', tree.threshold[node] as number, left, right);
        continue;
      }
      let nodeId = node;
      codes.forEach((code, i) => {
        const following = i === codes.length - 1 ? right : nextId++;
        add(node, nodeId, 'BRANCH_EQ', code, left, following);
        nodeId = following;
      });
    }
  });
  return {
    nodes_treeids: Int32Array.from(treeIds),
    nodes_nodeids: Int32Array.from(nodeIds),
    nodes_featureids: Int32Array.from(columns),
    nodes_truenodeids: Int32Array.from(trueNodes),
    nodes_falsenodeids: Int32Array.from(falseNodes),
    nodes_missing_value_tracks_true: Int32Array.from(missingTrue),
    nodes_values: Float32Array.from(values),
    nodes_hitrates: Float32Array.from(hits),
    target_treeids: Int32Array.from(leaves.trees),
    target_nodeids: Int32Array.from(leaves.nodes),
    target_ids: Int32Array.from(leaves.targets),
    target_weights: Float32Array.from(leaves.weights),
    nodes_modes: modes,
    n_targets: start.length,
    base_values: start,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
  };
}

/** The codes on a node's list; null: it goes by its threshold. Of a list of missing alone: a code that no row has. */
function listedCodes(tree: Tree, node: number): number[] | null {
  const list = tree.lists[tree.list[node] as number];
  if (!list) return null;
  const codes = [...list.keys()].filter((code) => list[code] === 1);
  return codes.length > 0 ? codes : [-1];
}
