import { AssayError, messageOf } from '../../errors.ts';
import type { JobContext } from '../../jobs/index.ts';
import { seededRandom, shuffle } from '../../statistics/index.ts';
import { assembleModel } from '../assemble-model.ts';
import { liveMetrics } from '../live-metrics.ts';
import type { Pipeline } from '../pipeline.ts';
import { signatureOf } from '../signature.ts';
import { readTrainingData, type TrainingData } from '../training-data.ts';
import { foldReport } from '../validation/cross-validate.ts';
import { fitFold } from '../validation/fit-fold.ts';
import type { Fold } from '../validation/folds.ts';
import type { FoldTask, FoldTaskResult, FromWorker, Measured, ToWorker, WorkerInput } from './fold-task.ts';
import { measureFile } from './measure-file.ts';
import { foldsOfScope, outerFolds } from './scope.ts';

/**
 * A process of a search: reads the data once, then fits the folds that it is given, one at a time, until it is ended. The same task
 * gives the same result in every worker.
 */
export async function run(context: JobContext<WorkerInput>): Promise<never> {
  const send = (message: FromWorker): void => context.send(message);
  const running = new Map<number, AbortController>();
  const data = await readTrainingData({ ...context, ...context.input, log() {} });
  const attempt = async ({ id, task }: ToWorker & { type: 'fit' }): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const live = liveMetrics((points) => send({ type: 'points', id, points }));
    try {
      const signal = AbortSignal.any([context.signal, controller.signal]);
      const result = await fitTask(task, data, context.input, live.add, signal);
      live.flush();
      send({ type: 'fitted', id, result });
    } catch (thrown) {
      const code = thrown instanceof AssayError ? thrown.code : 'internal';
      send({ type: 'failed', id, code, message: messageOf(thrown) });
    } finally {
      running.delete(id);
    }
  };
  context.hear?.((message) => {
    // What the pool sends, and nobody else.
    const told = message as ToWorker;
    if (told.type === 'fit') void attempt(told);
    else running.get(told.id)?.abort(new AssayError('jobs/cancelled', 'The trial was dropped.'));
  });
  send({ type: 'ready' });
  return new Promise<never>(() => {});
}

async function fitTask(
  task: FoldTask,
  data: TrainingData,
  input: WorkerInput,
  report: Parameters<typeof fitFold>[0]['report'],
  signal: AbortSignal,
): Promise<FoldTaskResult> {
  const { recipe, on } = task;
  const isOuter = 'outer' in on;
  const fold = isOuter
    ? outerFolds(input.recipe, data)[on.outer]
    : foldsOfScope(input.recipe, data, on.scope)[on.fold];
  if (fold === undefined) throw new AssayError('internal', 'There is no such fold.');
  const fit = await fitFold({
    recipe,
    table: data.table,
    target: data.target,
    fold: withFewerRows(fold, task.rowShare, recipe.seed),
    stopsEarly: !isOuter,
    weights: data.weights,
    report,
    log() {},
    signal,
  });
  return {
    report: foldReport(fold, fit),
    answers: fit.answers,
    seconds: fit.seconds,
    measured: task.isMeasured ? await measure(fit.pipeline, data, input) : null,
  };
}

/** A smaller share is a part of every larger one. Folds in time keep their newest rows. */
function withFewerRows(fold: Fold, share: number, seed: number): Fold {
  if (share >= 1) return fold;
  const count = Math.max(10, Math.round(fold.train.length * share));
  const order = fold.train.slice();
  shuffle(order, seededRandom(seed, `rows/${fold.repeat}/${fold.fold}`));
  return { ...fold, train: order.slice(0, count).sort() };
}

/** The cost of the model as a file of its own. */
function measure(
  pipeline: Pipeline,
  { table, parts, target }: TrainingData,
  { plan, assayVersion, recipe, dataset }: WorkerInput,
): Promise<Measured> {
  const signature = signatureOf({
    inputs: pipeline.inputs,
    table,
    trainingRows: parts.train,
    target: plan.target.name,
    positive: target.positive,
  });
  const trainer = recipe.trainer.kind;
  const provenance = { assayVersion, trainer, recipeDigest: '', datasetDigest: dataset.digest };
  const file = assembleModel({ pipeline, signature, provenance });
  return measureFile(file, signature.inputs, table, parts.train);
}
