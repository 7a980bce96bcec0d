import type { CalibrationMethod } from '../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../onnx/index.ts';

/** Corrects class probabilities. */
export type Calibrator = {
  method: Exclude<CalibrationMethod, 'auto' | 'none'>;
  /** From float32 [N, classes] to float32 [N, classes]. */
  addToGraph(graph: GraphBuilder, probabilities: Value): Value;
  /** The same, computed here, row-major; the graph agrees with it. */
  apply(probabilities: Float32Array): Float32Array;
  /** What was learnt, for log and model card. */
  info: Record<string, number | string>;
};

/** Rows that a calibrator is learnt from: answers of a model that was not fitted on them. */
export type CalibrationRows = {
  classes: number;
  /** Row-major [rows, classes]. */
  probabilities: Float32Array;
  /** Class index a row. */
  truth: Int32Array;
  /** How much each row counts; null: all the same. */
  weights: Float64Array | null;
};

/** Probabilities nearer to 0 or 1 than this are taken for this: float32 tells them apart no better. */
const LEAST = 1e-6;

/** Log-odds of one class against the rest. */
export function logOddsOf(p: number): number {
  return Math.log(Math.max(p, LEAST)) - Math.log(Math.max(Math.fround(1 - p), LEAST));
}

/** Log-odds of each class against the rest, float [N, classes]. */
export function addLogOdds(graph: GraphBuilder, probabilities: Value): Value {
  const rest = graph.node('Sub', [graph.constant(Float32Array.of(1)), probabilities]);
  return graph.node('Sub', [addLog(graph, probabilities), addLog(graph, rest)]);
}

export function logOf(p: number): number {
  return Math.log(Math.max(p, LEAST));
}

export function addLog(graph: GraphBuilder, probabilities: Value): Value {
  return graph.node('Log', [graph.node('Max', [probabilities, graph.constant(Float32Array.of(LEAST))])]);
}

/** A column of a matrix float [N, k], as [N, 1]. */
export function addColumn(graph: GraphBuilder, matrix: Value, column: number): Value {
  return graph.node('Gather', [matrix, graph.constant(BigInt64Array.of(BigInt(column)))], { axis: 1 });
}

/** Mean log loss of probabilities; the weights need no mean of 1. */
export function logLossOf({ classes, probabilities, truth, weights }: CalibrationRows): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum -= weight * Math.log(Math.max(probabilities[i * classes + (truth[i] as number)] as number, 1e-15));
    total += weight;
  }
  return sum / total;
}
