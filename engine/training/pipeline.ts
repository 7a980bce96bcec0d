import type { GraphBuilder, InputColumn, Value } from '../onnx/index.ts';
import type { TrainingTable } from './table.ts';

/**
 * Everything from raw columns to the answer: the fit of one recipe, or several brought together (calibrated, averaged,
 * stacked). Its graph becomes the model file.
 */
export type Pipeline = {
  /** The raw columns that it takes, in order. */
  inputs: readonly InputColumn[];
  /** What the raw columns become inside, for people. */
  featureNames: readonly string[];
  /**
   * Adds itself to a graph that has a value for each of its inputs. The answer is float32 [N, classes] with the class
   * probabilities, or [N, 1] with the predicted number.
   */
  addToGraph(graph: GraphBuilder, inputs: ReadonlyMap<string, Value>): Value;
  /** The same answer for rows of a table, row-major; the graph agrees with it. Throws the reason of `signal` between batches. */
  predict(table: TrainingTable, rows: Int32Array, signal: AbortSignal): Promise<Float32Array>;
};
