import { setImmediate } from 'node:timers/promises';
import { addInputs, createSession, GraphBuilder } from '../../onnx/index.ts';
import type { TrainingTable } from '../table.ts';
import { tableFeeds } from '../table-feeds.ts';
import { addPreprocessing } from './add-preprocessing.ts';
import {
  type FittedPreprocessing,
  type MatrixColumn,
  matrixColumns,
  type NumberColumn,
  numberColumns,
} from './fitted.ts';

/** Rows a run: large enough to hide the cost of a call, small enough that texts on their way stay few. */
const rowsPerRun = 8192;

/** Throws the reason of `signal` between batches; `tell` hears how many rows are done. */
type MakeMatrix = (
  table: TrainingTable,
  rows: Int32Array,
  signal?: AbortSignal,
  tell?: (done: number) => void,
) => Promise<Float32Array>;

export type Preprocessor = {
  columns: readonly MatrixColumn[];
  /** The matrix of these rows, row-major `[rows.length, width]`. */
  matrix: MakeMatrix;
  /** The same of the rows that the preprocessing was fitted on, with what these hold instead (see `outOfFold`). */
  trainingMatrix: MakeMatrix;
  release(): Promise<void>;
};

/** Runs the preprocessing graph that the finished model will hold, so that training and serving cannot differ. */
export async function openPreprocessor(fitted: FittedPreprocessing): Promise<Preprocessor> {
  const columns = matrixColumns(fitted);
  const width = columns.length;
  const graph = new GraphBuilder('preprocessing');
  const output = outputApart(fitted);
  const matrix = addPreprocessing(graph, fitted, addInputs(graph, fitted.inputs));
  graph.output(output, matrix, 'float32', ['N', width]);
  const session = await createSession(graph.build());
  const matrixOf: MakeMatrix = async (table, rows, signal, tell) => {
    const matrix = new Float32Array(rows.length * width);
    for (let start = 0; start < rows.length; start += rowsPerRun) {
      // A run holds the thread: let a cancel come in between two.
      await setImmediate();
      signal?.throwIfAborted();
      const end = Math.min(start + rowsPerRun, rows.length);
      const result = await session.run(tableFeeds(fitted.inputs, table, rows, start, end));
      matrix.set(result.float32(output), start * width);
      tell?.(end);
    }
    return matrix;
  };
  return {
    columns,
    matrix: matrixOf,
    async trainingMatrix(table, rows, signal, tell) {
      const matrix = await matrixOf(table, rows, signal, tell);
      for (const [index, column] of numberColumns(fitted.features).entries()) {
        const values = fitted.outOfFold.get(column);
        if (values !== undefined) setColumn(matrix, width, index, column, values);
      }
      return matrix;
    },
    release: () => session.release(),
  };
}

/** The graph's own arithmetic for a plain number, so that a training row differs by nothing but the number. */
function setColumn(
  matrix: Float32Array,
  width: number,
  index: number,
  { fill, shift, scale }: NumberColumn,
  values: Float64Array,
): void {
  for (const [row, value] of values.entries())
    matrix[row * width + index] = ((Number.isNaN(value) ? fill : value) - shift) / scale;
}

/** A name for the output that no raw column has. */
function outputApart(fitted: FittedPreprocessing): string {
  const taken = new Set(fitted.inputs.map(({ name }) => name));
  let name = 'features';
  while (taken.has(name)) name += '_';
  return name;
}
