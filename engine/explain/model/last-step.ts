import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../../onnx/index.ts';
import type { Pause } from '../pause.ts';
import { readTrees } from '../trees/read-trees.ts';
import { scoresOf, type TreeEnsemble } from '../trees/tree-ensemble.ts';

/**
 * The step of a model that decides: everything before it makes the matrix, everything after it only turns its scores into the
 * answer. Of these kinds of steps the Shapley values are known exactly.
 */
export type LastStep = {
  /** Name of the value that holds the matrix. */
  matrix: string;
  /** Scores a row. */
  k: number;
  /** Row-major [n, k]. */
  scores(x: ArrayLike<number>, n: number, width: number): Float64Array;
} & (
  | { kind: 'trees'; ensemble: TreeEnsemble }
  | { kind: 'linear'; weights: Float64Array; bias: Float64Array }
);

const kinds = /^(TreeEnsemble(Regressor|Classifier)|Linear(Regressor|Classifier)|Gemm|MatMul)$/;

/**
 * The steps that may be it, from the end of the graph on: those through which every answer passes. Whether the scores
 * really make the answer is for the caller to try with rows.
 */
export async function lastSteps(graph: OnnxGraph, pause: Pause): Promise<LastStep[]> {
  const steps: LastStep[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!kinds.test(node.opType) || !decides(graph, node)) continue;
    const step = await stepOf(graph, node, pause);
    if (step !== null) steps.push(step);
  }
  return steps;
}

async function stepOf(graph: OnnxGraph, node: OnnxNode, pause: Pause): Promise<LastStep | null> {
  const ensemble = await readTrees(node, pause);
  const [matrix] = node.inputs;
  if (matrix === undefined) return null;
  if (ensemble !== null) {
    const scores: LastStep['scores'] = (x, n, width) => scoresOf(ensemble, x, n, width);
    return { kind: 'trees', matrix, k: ensemble.k, ensemble, scores };
  }
  const linear = linearOf(graph, node);
  if (linear === null) return null;
  const { weights, bias } = linear;
  const k = bias.length;
  const scores: LastStep['scores'] = (x, n, width) => {
    const made = new Float64Array(n * k);
    for (let row = 0; row < n; row++) {
      for (let c = 0; c < k; c++) {
        let score = bias[c] as number;
        for (let j = 0; j < width; j++)
          score += (weights[c * width + j] as number) * (x[row * width + j] as number);
        made[row * k + c] = score;
      }
    }
    return made;
  };
  return { kind: 'linear', matrix, k, weights, bias, scores };
}

/** Weights [k, width] and biases of a node that is a linear map of its first input; null for others. */
function linearOf(graph: OnnxGraph, node: OnnxNode): { weights: Float64Array; bias: Float64Array } | null {
  const number = (name: string, otherwise: number): number => {
    const attribute: OnnxAttribute | undefined = node.attributes.get(name);
    return attribute?.kind === 'number' ? attribute.value : otherwise;
  };
  const constant = (index: number) => graph.initializers.get(node.inputs[index] ?? '') ?? null;
  if (node.domain === 'ai.onnx.ml' && /^Linear(Regressor|Classifier)$/.test(node.opType)) {
    const numbers = (name: string) => {
      const attribute = node.attributes.get(name);
      return attribute?.kind === 'numbers' ? attribute.values : null;
    };
    const weights = numbers('coefficients');
    const bias = numbers('intercepts') ?? new Float64Array(number('targets', 1));
    return weights === null || bias.length === 0 || weights.length % bias.length !== 0
      ? null
      : { weights, bias };
  }
  if (node.domain !== '' || (node.opType !== 'Gemm' && node.opType !== 'MatMul')) return null;
  const matrix = constant(1);
  if (matrix === null || matrix.numbers === null || matrix.dims.length !== 2) return null;
  const [rows = 0, columns = 0] = matrix.dims;
  const isTransposed = node.opType === 'Gemm' && number('transB', 0) === 1;
  const k = isTransposed ? rows : columns;
  if (node.opType === 'Gemm' && number('transA', 0) === 1) return null;
  const { numbers } = matrix;
  const alpha = number('alpha', 1);
  const weights = Float64Array.from(numbers, (_, i) => {
    const width = numbers.length / k;
    const [c, j] = [Math.floor(i / width), i % width];
    return alpha * (numbers[isTransposed ? i : j * k + c] as number);
  });
  const added = node.inputs[2] ? constant(2) : null;
  if (node.inputs[2] && (added === null || added.numbers === null)) return null;
  const beta = number('beta', 1);
  const offsets = added?.numbers ?? new Float64Array(k);
  if (offsets.length !== k && offsets.length !== 1) return null;
  return {
    weights,
    bias: Float64Array.from({ length: k }, (_, c) => beta * (offsets[c % offsets.length] ?? 0)),
  };
}

/** Whether the answers depend on the inputs through this node alone. Shapes of values tell nothing of their content. */
function decides(graph: OnnxGraph, node: OnnxNode): boolean {
  const makers = new Map(graph.nodes.flatMap((maker) => maker.outputs.map((name) => [name, maker] as const)));
  const inputs = new Set(graph.inputs);
  const seen = new Set<OnnxNode>();
  const open = [...graph.outputs];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (inputs.has(name)) return false;
    const maker = makers.get(name);
    if (maker === undefined || maker === node || seen.has(maker) || maker.opType === 'Shape') continue;
    seen.add(maker);
    open.push(...namesUsedBy(maker));
  }
  return true;
}

function namesUsedBy(node: OnnxNode): string[] {
  const inner = [...node.attributes.values()].flatMap((attribute) =>
    attribute.kind === 'graph' ? attribute.value.nodes.flatMap(namesUsedBy) : [],
  );
  return [...node.inputs.filter((name) => name !== ''), ...inner];
}
