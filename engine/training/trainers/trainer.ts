import type { z } from 'zod';
import type { Task } from '../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../onnx/index.ts';
import type { MatrixColumn, MatrixView } from '../preprocessing/fitted.ts';

/**
 * Rows ready for a trainer. `x` is row-major [n, width]; `y` holds class indices 0 … classes − 1, or the numbers.
 * `weights`: how much each row counts, mean 1; null: all the same. `queries`: of rows to put in order, a number a row that is
 * equal for those of one query.
 */
export type Rows = {
  x: Float32Array;
  y: Float64Array;
  n: number;
  weights: Float64Array | null;
  queries?: Int32Array;
};

/** What a fit tells while it works. `step` counts trees, iterations or epochs; metrics become curves of the run. */
export type FitProgress = {
  step: number;
  of: number;
  metrics: Record<string, number>;
  message: string;
};

export type FitRequest<Settings> = Rows & {
  task: Task;
  width: number;
  /** What each column of `x` is; `width` of them. */
  columns: readonly MatrixColumn[];
  /** Number of classes; 0 where the answer is a number. */
  classes: number;
  /** Of two classes, the one that counts as positive. */
  positiveClass: number;
  /** For early stopping and curves; never fitted on. May have no rows: then nothing stops early. */
  validation: Rows;
  seed: number;
  settings: Settings;
  report(progress: FitProgress): void;
  signal: AbortSignal;
};

/** What a linear model is made of, for people. */
export type FittedCoefficients = {
  /** Scores a row: one, or one a class beyond two. */
  k: number;
  /** How scores become the answer; logit: the score is that of class 1 against class 0. */
  link: 'identity' | 'log' | 'logit' | 'softmax';
  /** What was kept small: log_loss, or the loss of the settings. */
  loss: string;
  penalised: boolean;
  /** Row-major [k, width + 1]: the weight of each matrix column, then the intercept. */
  values: Float64Array;
  /** Standard errors, as `values`; NaN where a column hangs on others. Null: see `undefinedBecause`. */
  errors: {
    /** From the second derivatives of the loss. */
    model: Float64Array;
    /** HC3, right also where the spread of the errors is not the same everywhere; null: not worked out. */
    robust: Float64Array | null;
    dispersion: number;
    /** Rows less coefficients. */
    degrees: number;
    /** What coefficient over error is held against: Student's t or the normal distribution. */
    statistic: 't' | 'z';
  } | null;
  undefinedBecause: string | null;
};

export type FittedModel = {
  /**
   * Adds the model to a graph. `features` is float [N, width]; the answer is float [N, classes] with the class
   * probabilities, or float [N, 1] with the predicted number.
   */
  addToGraph(graph: GraphBuilder, features: Value): Value;
  /** The same answer, computed here, row-major; the graph must agree with it. */
  predict(x: Float32Array, n: number): Float32Array;
  /** Facts about the fit for the log, the run and the model card: trees kept, iterations, converged … */
  info: Record<string, number | string | boolean>;
  /** How much each matrix column mattered (gain, absolute weight), or null where the model has no such notion. */
  importance: Float64Array | null;
  /** Of a linear model. */
  coefficients?: FittedCoefficients;
  /** What a reader of the model should know of the fit, in whole sentences. */
  remarks?: readonly string[];
};

/** What a fit does more of until it is good: trees, epochs. */
export type Rounds<Settings> = {
  /** At most so many. */
  most(settings: Settings): number;
  /** Whether the validation rows may end a fit before that. */
  stopsEarly(settings: Settings): boolean;
  /** How many the model kept; from the `info` of the fit. */
  kept(info: FittedModel['info']): number;
  /** The same with at most so many rounds. */
  limited(settings: Settings, most: number): Settings;
  /** The same with exactly so many rounds, whatever the validation rows say. */
  fixed(settings: Settings, rounds: number): Settings;
};

/** A way of fitting. Adding one is adding it to the list in `registry.ts` and its settings to the recipe. */
export type TrainerDefinition<Settings> = {
  kind: string;
  title: string;
  summary: string;
  tasks: readonly Task[];
  /** How rows are to be made ready for it. */
  view(settings: Settings): MatrixView;
  settings: z.ZodType<Settings>;
  /** Left out where a fit comes to its end by itself. */
  rounds?: Rounds<Settings>;
  fit(request: FitRequest<Settings>): Promise<FittedModel>;
};

/** A trainer whose settings are checked by itself, so that trainers of different settings fit in one list. */
export type Trainer = Omit<TrainerDefinition<unknown>, 'fit' | 'view' | 'rounds'> & {
  view(settings: unknown): MatrixView;
  rounds?: Rounds<unknown>;
  fit(request: FitRequest<unknown>): Promise<FittedModel>;
};

/** Makes a trainer of a definition: its settings are parsed before each fit. */
export function defineTrainer<Settings>(definition: TrainerDefinition<Settings>): Trainer {
  const { rounds, ...rest } = definition;
  return {
    ...rest,
    ...(rounds === undefined ? {} : { rounds: checkedRounds(rounds, definition.settings) }),
    view: (settings) => definition.view(definition.settings.parse(settings)),
    fit: (request) => definition.fit({ ...request, settings: definition.settings.parse(request.settings) }),
  };
}

function checkedRounds<Settings>(rounds: Rounds<Settings>, schema: z.ZodType<Settings>): Rounds<unknown> {
  return {
    most: (settings) => rounds.most(schema.parse(settings)),
    stopsEarly: (settings) => rounds.stopsEarly(schema.parse(settings)),
    kept: rounds.kept,
    limited: (settings, most) => rounds.limited(schema.parse(settings), most),
    fixed: (settings, count) => rounds.fixed(schema.parse(settings), count),
  };
}
