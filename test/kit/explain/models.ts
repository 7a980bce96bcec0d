import type { RowSet } from '../../../engine/explain/model/row-set.ts';
import { addInputs, GraphBuilder, type Value } from '../../../engine/onnx/index.ts';
import { seededRandom } from '../../../engine/statistics/index.ts';
import type { Signature } from '../../../local-api/contract/index.ts';

/** Three inputs: two numbers (the second may be missing) and a text that becomes three 0/1 columns. */
const inputs: Signature['inputs'] = [
  { name: 'a', type: 'float', nullable: true, examples: [] },
  { name: 'b', type: 'float', nullable: true, examples: [] },
  { name: 'colour', type: 'string', nullable: false, examples: ['red'] },
];
const width = 5;

export type SmallModel = { file: Uint8Array; signature: Signature };

function signatureOf(classes: string[] | null): Signature {
  return {
    task: classes === null ? 'regression' : 'classification',
    inputs,
    target: 'y',
    classes,
    positive: classes?.length === 2 ? (classes[1] ?? null) : null,
  };
}

/** The columns a, b, and colour as 0/1; `mix` puts a·b in the place of b. */
function addMatrix(graph: GraphBuilder, mix: boolean): Value {
  const values = addInputs(graph, inputs);
  const [a, b, colour] = inputs.map(({ name }) => values.get(name)) as [Value, Value, Value];
  const column = (value: Value) =>
    graph.node('Cast', [graph.node('Reshape', [value, graph.constant(BigInt64Array.of(-1n, 1n))])], {
      to: 1,
    });
  const code = graph.node(
    'LabelEncoder',
    [colour],
    { keys_strings: ['red', 'green', 'blue'], values_int64s: [0, 1, 2], default_int64: 3 },
    { domain: 'ai.onnx.ml' },
  );
  const depth = graph.constant(BigInt64Array.of(3n), []);
  const oneHot = graph.node('OneHot', [code, depth, graph.constant(Float32Array.of(0, 1))], { axis: 1 });
  const second = mix ? graph.node('Mul', [column(a), column(b)]) : column(b);
  return graph.node('Concat', [column(a), second, oneHot], { axis: 1 });
}

function finish(graph: GraphBuilder, scores: Value, classes: string[] | null): SmallModel {
  if (classes === null) {
    graph.output('value', graph.node('Reshape', [scores, graph.constant(BigInt64Array.of(-1n))]), 'float32', [
      'N',
    ]);
  } else {
    const positive = graph.node('Sigmoid', [scores]);
    const answer =
      classes.length === 2
        ? graph.node(
            'Concat',
            [graph.node('Sub', [graph.constant(Float32Array.of(1)), positive]), positive],
            { axis: 1 },
          )
        : graph.node('Softmax', [scores], { axis: 1 });
    const best = graph.node('ArgMax', [answer], { axis: 1, keepdims: 0 });
    graph.output('label', graph.node('Gather', [graph.constant(classes), best]), 'string', ['N']);
    graph.output('probabilities', answer, 'float32', ['N', classes.length]);
  }
  return { file: graph.build(), signature: signatureOf(classes) };
}

const scoresFor = (classes: string[] | null) =>
  classes === null || classes.length === 2 ? 1 : classes.length;

/**
 * Trees of depth 4 with random splits and leaves, as our own trainers write them. `hide` adds nothing to their sum by another way,
 * so that it can't be seen that they alone decide.
 */
export function treeModel(
  classes: string[] | null,
  { mix = false, hide = false, seed = 1 } = {},
): SmallModel {
  const random = seededRandom(seed, 'tree-model');
  const k = scoresFor(classes);
  const graph = new GraphBuilder('model');
  const depth = 4;
  const perTree = 2 ** (depth + 1) - 1;
  const branches = 2 ** depth - 1;
  const trees = 10 * k;
  const nodes = trees * perTree;
  const ints = (of: (node: number, tree: number) => number) =>
    Int32Array.from({ length: nodes }, (_, i) => of(i % perTree, Math.floor(i / perTree)));
  const leaves = Array.from({ length: nodes }, (_, i) => i).filter((i) => i % perTree >= branches);
  const matrix = addMatrix(graph, mix);
  const scores = graph.node(
    'TreeEnsembleRegressor',
    [matrix],
    {
      nodes_treeids: ints((_, tree) => tree),
      nodes_nodeids: ints((node) => node),
      nodes_featureids: ints((node) => (node < branches ? random.integer(width) : 0)),
      nodes_truenodeids: ints((node) => (node < branches ? 2 * node + 1 : 0)),
      nodes_falsenodeids: ints((node) => (node < branches ? 2 * node + 2 : 0)),
      nodes_missing_value_tracks_true: ints(() => random.integer(2)),
      nodes_values: Float32Array.from({ length: nodes }, () => random.next()),
      nodes_modes: Array.from({ length: nodes }, (_, i) => (i % perTree < branches ? 'BRANCH_LEQ' : 'LEAF')),
      target_treeids: Int32Array.from(leaves, (i) => Math.floor(i / perTree)),
      target_nodeids: Int32Array.from(leaves, (i) => i % perTree),
      target_ids: Int32Array.from(leaves, (i) => Math.floor(i / perTree) % k),
      target_weights: Float32Array.from(leaves, () => random.normal() / 4),
      n_targets: k,
      base_values: new Float32Array(k).fill(0.25),
      aggregate_function: 'SUM',
      post_transform: 'NONE',
    },
    { domain: 'ai.onnx.ml' },
  );
  if (!hide) return finish(graph, scores, classes);
  const first = graph.node('Gather', [matrix, graph.constant(BigInt64Array.of(0n))], { axis: 1 });
  const nothing = graph.node('Mul', [first, graph.constant(Float32Array.of(0), [])]);
  return finish(graph, graph.node('Add', [scores, nothing]), classes);
}

/** A linear model, or a small network when `hidden` is more than 0. Missing numbers count as zero. */
export function linearModel(classes: string[] | null, { hidden = 0, seed = 1 } = {}): SmallModel {
  const random = seededRandom(seed, 'linear-model');
  const graph = new GraphBuilder('model');
  const matrix = addMatrix(graph, false);
  const zero = graph.constant(Float32Array.of(0), []);
  let x = graph.node('Where', [graph.node('IsNaN', [matrix]), zero, matrix]);
  const layer = (value: Value, from: number, to: number) => {
    const weights = graph.constant(
      Float32Array.from({ length: from * to }, () => random.normal()),
      [to, from],
    );
    const bias = graph.constant(Float32Array.from({ length: to }, () => random.normal()));
    return graph.node('Gemm', [value, weights, bias], { transB: 1 });
  };
  if (hidden > 0) x = graph.node('Tanh', [layer(x, width, hidden)]);
  return finish(graph, layer(x, hidden > 0 ? hidden : width, scoresFor(classes)), classes);
}

/** Rows for these models; every seventh b is missing. `colours` are drawn from. */
export function smallRows(n: number, seed: number, colours: readonly string[] = ['red', 'green']): RowSet {
  const random = seededRandom(seed, 'small-rows');
  const dims = [n];
  return {
    n,
    feeds: {
      a: { type: 'float64', dims, data: Float64Array.from({ length: n }, () => random.next()) },
      b: {
        type: 'float64',
        dims,
        data: Float64Array.from({ length: n }, (_, i) => (i % 7 === 6 ? Number.NaN : random.next())),
      },
      colour: {
        type: 'string',
        dims,
        data: Array.from({ length: n }, () => colours[random.integer(colours.length)] ?? ''),
      },
    },
  };
}
