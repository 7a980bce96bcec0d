import type { Task } from '../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../onnx/index.ts';

/** Class probabilities float [N, classes] from raw scores [N, k], or the scores themselves where those are the answer. */
export function addAnswer(graph: GraphBuilder, scores: Value, task: Task, k: number): Value {
  if (task !== 'classification') return scores;
  if (k > 1) return graph.node('Softmax', [scores], { axis: 1 });
  const positive = graph.node('Sigmoid', [scores]);
  const negative = graph.node('Sub', [graph.constant(Float32Array.of(1)), positive]);
  return graph.node('Concat', [negative, positive], { axis: 1 });
}

/** Beyond this an exponential is no float32 any more. */
const mostLogarithm = 88;

/** e to the score, for a model that answers numbers above zero; the largest answer is 1.65e38, never infinity. */
export const exponentialOf = (score: number): number => Math.exp(Math.min(score, mostLogarithm));

/** The same in the graph. */
export function addExponential(graph: GraphBuilder, scores: Value): Value {
  const most = graph.constant(Float32Array.of(mostLogarithm), []);
  return graph.node('Exp', [graph.node('Min', [scores, most])]);
}

/** The same row of numbers for each of the N rows of `features`: float [N, row length]. */
export function addConstantRows(graph: GraphBuilder, features: Value, row: Float32Array): Value {
  const rows = graph.node('Shape', [features], { start: 0, end: 1 });
  const shape = graph.node('Concat', [rows, graph.constant(BigInt64Array.of(BigInt(row.length)))], {
    axis: 0,
  });
  return graph.node('Expand', [graph.constant(row, [1, row.length]), shape]);
}
