import type { Preprocessing } from '../../../local-api/contract/index.ts';
import type { InputColumn } from '../../onnx/index.ts';
import type { TrainingTable } from '../table.ts';
import type { FittedFeature, MatrixView, NumberColumn } from './fitted.ts';

export type FitOptions = {
  table: TrainingTable;
  /** The training part: what is learnt here must not see other rows. */
  rows: Int32Array;
  preprocessing: Preprocessing;
  view: MatrixView;
  /** Shares the training rows out where they are encoded by each other. */
  seed: number;
  /** Names of the features that are kept, whatever `selection.top` says; left out: it decides. */
  keep?: ReadonlySet<string>;
  /** The column that the rows are split by: all later rows are later in it than the training rows. */
  timeColumn?: string;
  /** Lets others in, between columns and within long ones; left out: nobody waits. */
  pause?(): Promise<void>;
  /** Told before each feature is learnt, `index` of `of`. */
  begins?(name: string, index: number, of: number): void;
};

export type Dropped = { name: string; reason: string };

/** What the training rows hold of a number column instead of what serving gives. */
export type OutOfFold = readonly (readonly [NumberColumn, Float64Array])[];

/** The feature, with what was left out of it; or why the column is no input of the model, for people. */
export type Fitted =
  | { feature: FittedFeature; without?: readonly Dropped[]; outOfFold?: OutOfFold }
  | { dropped: string };

/** What the tensor of a raw column hangs on. */
export function inputOf({ name, type, nullable }: InputColumn): InputColumn {
  return { name, type, nullable };
}

export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1)
    picked[index] = values[rows[index] as number] as number;
  return picked;
}
