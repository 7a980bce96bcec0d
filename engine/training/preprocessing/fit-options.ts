import type { Preprocessing } from '../../../local-api/contract/index.ts';
import type { TrainingTable } from '../table.ts';
import type { FittedFeature, MatrixView } from './fitted.ts';

export type FitOptions = {
  table: TrainingTable;
  /** The training part: what is learnt here must not see other rows. */
  rows: Int32Array;
  preprocessing: Preprocessing;
  view: MatrixView;
  /** The column that the rows are split by: all later rows are later in it than the training rows. */
  timeColumn?: string;
};

export type Dropped = { name: string; reason: string };

/** The feature, with what was left out of it; or why the column is no input of the model, for people. */
export type Fitted = { feature: FittedFeature; without?: readonly Dropped[] } | { dropped: string };
