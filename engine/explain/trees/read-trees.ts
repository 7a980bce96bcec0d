import type { OnnxNode } from '../../onnx/index.ts';
import type { Pause } from '../pause.ts';
import { branchModes, memberMode, type Tree, type TreeEnsemble } from './tree-ensemble.ts';

/**
 * The trees of a TreeEnsembleRegressor or TreeEnsembleClassifier (ai.onnx.ml, opset 1 to 4). What comes after their sum
 * (post_transform) is left to the caller. Null for trees that are not plain sums, or not understood.
 */
export async function readTrees(node: OnnxNode, pause: Pause): Promise<TreeEnsemble | null> {
  if (node.domain !== 'ai.onnx.ml' || !/^TreeEnsemble(Regressor|Classifier)$/.test(node.opType)) return null;
  const prefix = node.opType === 'TreeEnsembleClassifier' ? 'class' : 'target';
  const numbers = (name: string): Float64Array => {
    const attribute = node.attributes.get(name);
    return attribute?.kind === 'numbers' ? attribute.values : new Float64Array(0);
  };
  const reals = (name: string): Float64Array => {
    const tensor = node.attributes.get(`${name}_as_tensor`);
    return (tensor?.kind === 'tensor' ? tensor.value.numbers : null) ?? numbers(name);
  };
  const modes = node.attributes.get('nodes_modes');
  const aggregate = node.attributes.get('aggregate_function');
  const kind = aggregate?.kind === 'string' ? aggregate.value : 'SUM';
  if (modes?.kind !== 'strings' || (kind !== 'SUM' && kind !== 'AVERAGE')) return null;
  const known = new Map<string, number>([
    ['LEAF', -1],
    ...branchModes.map((mode, code) => [mode, code] as const),
  ]);
  const codes = modes.values.map((mode) => known.get(mode) ?? Number.NaN);
  if (codes.some(Number.isNaN)) return null;
  const ids = numbers(`${prefix}_ids`);
  const base = reals('base_values');
  const k = ids.reduce((most, id) => Math.max(most, id + 1), Math.max(1, base.length));
  const columns = {
    treeIds: numbers('nodes_treeids'),
    nodeIds: numbers('nodes_nodeids'),
    columns: numbers('nodes_featureids'),
    codes,
    values: reals('nodes_values'),
    yes: numbers('nodes_truenodeids'),
    no: numbers('nodes_falsenodeids'),
    missingYes: numbers('nodes_missing_value_tracks_true'),
    covers: reals('nodes_hitrates'),
    weightTrees: numbers(`${prefix}_treeids`),
    weightNodes: numbers(`${prefix}_nodeids`),
    targets: ids,
    weights: reals(`${prefix}_weights`),
  };
  const trees = await splitTrees(columns, pause);
  if (trees === null) return null;
  const scale = kind === 'AVERAGE' ? 1 / trees.length : 1;
  if (scale !== 1) for (const tree of trees) tree.weights = tree.weights.map((weight) => weight * scale);
  return { trees, k, base: base.length === k ? base : new Float64Array(k) };
}

type Columns = {
  treeIds: Float64Array;
  nodeIds: Float64Array;
  columns: Float64Array;
  codes: readonly number[];
  values: Float64Array;
  yes: Float64Array;
  no: Float64Array;
  missingYes: Float64Array;
  covers: Float64Array;
  weightTrees: Float64Array;
  weightNodes: Float64Array;
  targets: Float64Array;
  weights: Float64Array;
};

/** One tree after the other, nodes renumbered in the order of the file with the root first. */
async function splitTrees(all: Columns, pause: Pause): Promise<Tree[] | null> {
  const rowsOf = groupBy(all.treeIds);
  const weightsOf = groupBy(all.weightTrees);
  const trees: Tree[] = [];
  // Writers that know nothing of rows leave ones or zeros.
  const hasCover = all.covers.length === all.treeIds.length && all.covers.some((cover) => cover > 1);
  for (const [id, rows] of rowsOf) {
    await pause(trees.length, rowsOf.size);
    const tree = mergeMembers(treeOf(all, rows, weightsOf.get(id) ?? [], hasCover));
    if (tree === null) return null;
    trees.push(tree);
  }
  return trees;
}

function treeOf(
  all: Columns,
  rows: readonly number[],
  weightRows: readonly number[],
  hasCover: boolean,
): Tree {
  const n = rows.length;
  const places = new Map<number, number>();
  for (let i = 0; i < n; i++) places.set(all.nodeIds[rows[i] as number] as number, i);
  const placeOf = (id: number | undefined) => places.get(id ?? -1) ?? -1;
  const tree = {
    column: new Int32Array(n).fill(-1),
    mode: new Uint8Array(n),
    threshold: new Float64Array(n),
    missingYes: new Uint8Array(n),
    yes: new Int32Array(n),
    no: new Int32Array(n),
  };
  const cover = hasCover ? new Float64Array(n) : null;
  for (let i = 0; i < n; i++) {
    const row = rows[i] as number;
    if (cover !== null) cover[i] = all.covers[row] as number;
    const code = all.codes[row] as number;
    if (code < 0) continue;
    tree.column[i] = all.columns[row] as number;
    tree.mode[i] = code;
    tree.threshold[i] = all.values[row] as number;
    tree.missingYes[i] = all.missingYes[row] ?? 0;
    tree.yes[i] = placeOf(all.yes[row]);
    tree.no[i] = placeOf(all.no[row]);
  }
  const nodes = weightRows.map((row) => placeOf(all.weightNodes[row]));
  return { ...tree, cover, sets: new Map(), ...weightsByNode(nodes, weightRows, n, all) };
}

/** The weights of rows, which belong to these nodes, in the order of the nodes; those of no node are left out. */
function weightsByNode(
  nodes: readonly number[],
  rows: readonly number[],
  count: number,
  { targets, weights }: Columns,
): Pick<Tree, 'weightStart' | 'targets' | 'weights'> {
  const weightStart = new Int32Array(count + 1);
  for (const node of nodes) if (node >= 0) weightStart[node + 1] = (weightStart[node + 1] as number) + 1;
  for (let node = 0; node < count; node++)
    weightStart[node + 1] = (weightStart[node + 1] as number) + (weightStart[node] as number);
  const next = weightStart.slice();
  const total = weightStart[count] as number;
  const made = { weightStart, targets: new Int32Array(total), weights: new Float64Array(total) };
  nodes.forEach((node, i) => {
    if (node < 0) return;
    const at = next[node] as number;
    next[node] = at + 1;
    made.targets[at] = targets[rows[i] as number] as number;
    made.weights[at] = weights[rows[i] as number] as number;
  });
  return made;
}

const equalMode = branchModes.indexOf('BRANCH_EQ');

/**
 * Nodes that ask for one value after the other and lead to the same place become one that asks for any of them: so the
 * categories of a split come out of trainers that have no question for sets. Null when what is left is no tree.
 */
function mergeMembers(tree: Tree): Tree | null {
  const yes = tree.yes.slice();
  const no = tree.no.slice();
  const mode = tree.mode.slice();
  const sets = new Map<number, Set<number>>();
  const order: number[] = [];
  const reached = new Uint8Array(tree.column.length);
  const stack = [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node < 0 || node >= tree.column.length || reached[node] === 1) return null;
    reached[node] = 1;
    order.push(node);
    const column = tree.column[node] as number;
    if (column < 0) continue;
    const isNext = (next: number) =>
      mode[next] === equalMode &&
      tree.column[next] === column &&
      yes[next] === yes[node] &&
      tree.missingYes[next] === tree.missingYes[node];
    while (tree.mode[node] === equalMode && isNext(no[node] as number)) {
      const next = no[node] as number;
      const set = sets.get(node) ?? new Set([tree.threshold[node] as number]);
      sets.set(node, set.add(tree.threshold[next] as number));
      mode[node] = memberMode;
      no[node] = no[next] as number;
    }
    stack.push(no[node] as number, yes[node] as number);
  }
  return compact({ ...tree, yes, no, mode, sets }, order);
}

/** The nodes of a tree that are left, in a new order. */
function compact(tree: Tree, order: readonly number[]): Tree {
  if (order.length === tree.column.length && order.every((node, i) => node === i)) return tree;
  const place = new Int32Array(tree.column.length).fill(-1);
  order.forEach((node, i) => {
    place[node] = i;
  });
  const ints = (from: Int32Array | Uint8Array) => order.map((node) => from[node] as number);
  const moved = (from: Int32Array) => Int32Array.from(order, (node) => place[from[node] as number] as number);
  const weightRows = order.flatMap((node) => {
    const start = tree.weightStart[node] as number;
    return Array.from({ length: (tree.weightStart[node + 1] as number) - start }, (_, i) => start + i);
  });
  const { cover } = tree;
  const weightStart = new Int32Array(order.length + 1);
  order.forEach((node, i) => {
    const count = (tree.weightStart[node + 1] as number) - (tree.weightStart[node] as number);
    weightStart[i + 1] = (weightStart[i] as number) + count;
  });
  return {
    column: Int32Array.from(ints(tree.column)),
    mode: Uint8Array.from(ints(tree.mode)),
    threshold: Float64Array.from(order, (node) => tree.threshold[node] as number),
    cover: cover === null ? null : Float64Array.from(order, (node) => cover[node] as number),
    sets: new Map([...tree.sets].map(([node, set]) => [place[node] as number, set])),
    missingYes: Uint8Array.from(ints(tree.missingYes)),
    yes: moved(tree.yes),
    no: moved(tree.no),
    weightStart,
    targets: Int32Array.from(weightRows, (row) => tree.targets[row] as number),
    weights: Float64Array.from(weightRows, (row) => tree.weights[row] as number),
  };
}

function groupBy(ids: Float64Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  ids.forEach((id, row) => {
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [row]);
    else group.push(row);
  });
  return groups;
}
