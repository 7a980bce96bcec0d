import type { FoldScheme, Recipe } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { FINISH_AT, finishTraining } from './finish-training.ts';
import { type Learned, learnFinal, learnOnce } from './learn-final.ts';
import { type LivePoint, liveMetrics } from './live-metrics.ts';
import type { NestedRunMessage } from './nested-runs.ts';
import { runParams } from './run-params.ts';
import type { FitProgress } from './trainers/trainer.ts';
import { readTrainingData, type TrainingData } from './training-data.ts';
import type { TrainingPlan } from './training-plan.ts';
import { crossValidate, type FoldResult } from './validation/cross-validate.ts';
import type { Fold } from './validation/folds.ts';

export type TrainJobInput = {
  recipe: Recipe;
  plan: TrainingPlan;
  dataset: { files: readonly string[]; name: string; version: number; digest: string };
  assayVersion: string;
};

/** Sent while models are fitted: points of live curves, what becomes of the folds, and files that tell how it stands. */
export type TrainJobMessage =
  | { type: 'metrics'; points: LivePoint[] }
  | { type: 'file'; path: string; text: string }
  | NestedRunMessage;

export type TrainJobOutput = {
  trainer: string;
  /** Of the test part. */
  metrics: Record<string, number>;
  recipeDigest: string;
  seconds: number;
  /** Facts about data and fit, logged as params of the run. */
  facts: Record<string, string>;
  warnings: string[];
};

/** Shares of the whole that the progress bar gives to each part. */
const PROGRESS = { read: 0.02, matrix: 0.1, fit: 0.2 };

/**
 * Trains a model in a job process: reads the rows, splits them, fits preprocessing on the training part, makes the
 * matrices by running the preprocessing graph, fits, puts both into one ONNX file, and scores that very file on the
 * test part. With folds, each is fitted before and is a run below this one. Leaves the files of `runFiles` in `tmpDir`.
 *
 * Errors: `training/too-little-data`, `training/bad-target`, `training/bad-recipe`, `training/did-not-converge`,
 * `jobs/out-of-memory` before the matrix is made when it cannot fit, `jobs/cancelled`.
 */
export async function run(context: JobContext<TrainJobInput>): Promise<TrainJobOutput> {
  const started = performance.now();
  const { recipe } = context.input;
  context.progress(PROGRESS.read, 'Reading the data');
  const data = await readTrainingData({ ...context, ...context.input });
  context.progress(PROGRESS.matrix, 'Preparing the features');
  const { validation } = recipe;
  const learned =
    validation.kind === 'holdout' || validation.kind === 'nested'
      ? await learn(context, data, { from: PROGRESS.fit, to: FINISH_AT })
      : await learnWithFolds(context, data, validation);
  const finished = await finishTraining(context, recipe, data, learned);
  return { ...finished, seconds: (performance.now() - started) / 1000 };
}

type Stretch = { from: number; to: number };

/** The final fit, its curves those of the run itself. */
async function learn(
  context: JobContext<TrainJobInput>,
  data: TrainingData,
  stretch: Stretch,
  folds?: { scheme: FoldScheme; folds: readonly FoldResult[] },
): Promise<Learned> {
  const { input, send, log, signal } = context;
  const live = liveMetrics((points) => send({ type: 'metrics', points } satisfies TrainJobMessage));
  const options = {
    recipe: input.recipe,
    data,
    report(progress: FitProgress): void {
      showProgress(context, stretch, progress);
      live.add(progress);
    },
    log,
    signal,
  };
  const learned = folds === undefined ? await learnOnce(options) : await learnFinal({ ...options, ...folds });
  live.flush();
  return learned;
}

async function learnWithFolds(
  context: JobContext<TrainJobInput>,
  data: TrainingData,
  scheme: FoldScheme,
): Promise<Learned> {
  const { input, log, signal } = context;
  const send = (message: NestedRunMessage): void => context.send(message);
  let stretch: Stretch = { from: PROGRESS.matrix, to: PROGRESS.matrix };
  let live = liveMetrics(() => {});
  const folds = await crossValidate({
    recipe: input.recipe,
    scheme,
    data,
    log,
    signal,
    begins(fold, of) {
      const key = keyOf(fold);
      live = liveMetrics((points) => send({ type: 'nested', what: 'tells', key, points }));
      const { name: dataset, version } = input.dataset;
      const places = { fold: String(fold.fold + 1), repeat: String(fold.repeat + 1) };
      const params = { ...runParams(input.recipe, { dataset, version }), ...places };
      send({ type: 'nested', what: 'begins', key, name: key, params, tags: {} });
      // The final fit counts as one more.
      const width = (FINISH_AT - PROGRESS.matrix) / (of + 1);
      stretch = { from: stretch.to, to: stretch.to + width };
    },
    report(fold, progress) {
      const message = `${capital(keyOf(fold))}: ${progress.message}`;
      showProgress(context, stretch, { ...progress, message });
      live.add(progress);
    },
    ends(result) {
      live.flush();
      send(endOf(result));
      log(`${capital(keyOf(result.fold))}: ${JSON.stringify(result.report.metrics)}`);
    },
  });
  return learn(context, data, { from: stretch.to, to: FINISH_AT }, { scheme, folds });
}

function showProgress(
  { progress }: JobContext<TrainJobInput>,
  { from, to }: Stretch,
  { step, of, message }: FitProgress,
): void {
  progress(from + (to - from) * Math.min(1, step / of), message);
}

function endOf({ fold, report, seconds }: FoldResult): NestedRunMessage {
  const metrics = { ...report.metrics, fit_seconds: seconds };
  return {
    type: 'nested',
    what: 'ends',
    key: keyOf(fold),
    status: 'finished',
    points: Object.entries(metrics).map(([key, value]) => ({ key, value, step: 0 })),
    params: report.rounds === null ? {} : { 'fit.rounds': String(report.rounds) },
    tags: {},
    files: {},
  };
}

function keyOf({ repeat, fold }: Fold): string {
  return repeat === 0 ? `fold ${fold + 1}` : `fold ${fold + 1} of repeat ${repeat + 1}`;
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
