import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Recipe,
  recipeOfTrial,
  type StudyReport,
  type TrialRecord,
  type Tuning,
} from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { JobContext } from '../../jobs/index.ts';
import { chooseAutomatically } from '../auto/auto-job.ts';
import { FINISH_AT, finishTraining } from '../finish-training.ts';
import { type Learned, learnFinal } from '../learn-final.ts';
import { liveMetrics } from '../live-metrics.ts';
import type { TrainJobInput, TrainJobMessage, TrainJobOutput } from '../train-job.ts';
import { readTrainingData, type TrainingData } from '../training-data.ts';
import type { FoldResult } from '../validation/cross-validate.ts';
import { finalRecipe } from '../validation/final-fit.ts';
import type { Fold } from '../validation/folds.ts';
import { validationFiles } from '../validation/validation-files.ts';
import { fitVariant } from './fit-variant.ts';
import { objectivesOf, type ResolvedObjective } from './objectives.ts';
import { openTrialPool } from './open-trial-pool.ts';
import { runSearch, type SearchResult } from './run-search.ts';
import { foldsOfScope, outerFolds, type Scope } from './scope.ts';
import type { TrialPool } from './trial-pool.ts';
import { trialTeller } from './trial-teller.ts';

export type StudyJobInput = TrainJobInput & {
  /** Trials that earlier lives of the search finished. */
  saved: TrialRecord[];
  /** By trial, what the folds of models answered; of an automatic choice. */
  savedAnswers: Map<number, Uint8Array>;
};

const SEARCH_FROM = 0.05;
const SEARCH_TO = 0.8;
/**
 * Searches for the settings of a recipe and trains the best of them (or, where the recipe says so, lets Assay choose the model), in a job process that has workers fit the folds of trials.
 * Goes on from what earlier lives saved. Leaves the files of a training in `tmpDir`, and `study.json`.
 *
 * Errors: those of `runSearch` and of a training.
 */
export async function run(context: JobContext<StudyJobInput>): Promise<TrainJobOutput> {
  const started = performance.now();
  const { recipe } = context.input;
  const { tuning, auto } = recipe;
  if (auto !== undefined) return chooseAutomatically(context, auto);
  if (tuning === undefined) throw new AssayError('internal', 'A search without a space.');
  context.progress(0.01, 'Reading the data');
  const data = await readTrainingData({ ...context, ...context.input });
  const pool = openTrialPool(context);
  const study = new Study(context, recipe, tuning, data, pool);
  let found: Found;
  try {
    found = await study.search();
  } finally {
    await pool.close();
  }
  const { result, recipe: asDone } = found;
  const learned = await fitBest(context, data, found);
  const finished = await finishTraining(context, asDone, data, learned);
  const report = studyReport(objectivesOf(tuning, recipe), result);
  await writeFile(join(context.tmpDir, validationFiles.study), `${JSON.stringify(report, null, 2)}\n`);
  const best = Object.entries(result.best.values).map(([path, value]) => [
    `best.${path}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    ...finished,
    facts: {
      ...finished.facts,
      ...Object.fromEntries(best),
      'best.trial': String(result.best.trial + 1),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

type Found = {
  result: SearchResult;
  /** Folds of the best trial: what tells how many rounds the final model takes. */
  folds: FoldResult[];
  /** What tells the quality: these folds, or the outer ones. */
  estimate: FoldResult[];
  /** Of the run: what gives this model again, though the time be up elsewhere or not. */
  recipe: Recipe;
};

class Study {
  readonly #context: JobContext<StudyJobInput>;
  readonly #recipe: Recipe;
  readonly #tuning: Tuning;
  readonly #data: TrainingData;
  readonly #pool: TrialPool;
  readonly #objectives: ResolvedObjective[];
  readonly #earlierSeconds: number;
  readonly #startedAt = performance.now();
  readonly #cut = new AbortController();

  constructor(
    context: JobContext<StudyJobInput>,
    recipe: Recipe,
    tuning: Tuning,
    data: TrainingData,
    pool: TrialPool,
  ) {
    this.#context = context;
    this.#recipe = recipe;
    this.#tuning = tuning;
    this.#data = data;
    this.#pool = pool;
    this.#objectives = objectivesOf(tuning, recipe);
    this.#earlierSeconds = Math.max(0, ...context.input.saved.map(({ elapsedSeconds }) => elapsedSeconds));
  }

  async search(): Promise<Found> {
    const { saved } = this.#context.input;
    if (saved.length > 0) this.#context.log(`${saved.length} trials are known from before.`);
    const timer = this.#startClock();
    this.#context.hear?.(() => {
      this.#context.log('Asked to finish with what there is.');
      this.#cut.abort(new AssayError('jobs/timed-out', 'The search was asked to finish.'));
    });
    try {
      const outer = outerFolds(this.#recipe, this.#data);
      const estimate: FoldResult[] = [];
      for (const [index, fold] of outer.entries()) {
        estimate.push(await this.#outerFold(index, fold, (index + 1) / (outer.length + 1)));
      }
      const result = await this.#searchScope(null, outer.length / (outer.length + 1), 1);
      const folds = await this.#foldsOfBest(result, null);
      return { result, folds, estimate: outer.length > 0 ? estimate : folds, recipe: this.#asDone(result) };
    } finally {
      clearTimeout(timer);
    }
  }

  #startClock(): NodeJS.Timeout | undefined {
    if (this.#tuning.seconds === undefined) return undefined;
    const leftMs = Math.max(0, this.#tuning.seconds - this.#earlierSeconds) * 1000;
    return setTimeout(
      () => this.#cut.abort(new AssayError('jobs/timed-out', 'The time of the search is up.')),
      leftMs,
    );
  }

  /** A search on what an outer fold leaves, and its best trial scored on the fold. */
  async #outerFold(index: number, fold: Fold, to: number): Promise<FoldResult> {
    const result = await this.#searchScope(index, 0, to);
    const inner = await this.#foldsOfBest(result, index);
    const chosen = recipeOfTrial(this.#recipe, result.best.values);
    const reports = inner.map(({ report }) => report);
    const task = {
      recipe: finalRecipe(chosen, reports).recipe,
      on: { outer: index },
      rowShare: 1,
      isMeasured: false,
    };
    const fitted = await this.#pool.fit(task, this.#context.signal);
    this.#context.log(`Outer fold ${index + 1}: ${JSON.stringify(fitted.report.metrics)}`);
    return { fold, answers: fitted.answers, report: fitted.report, seconds: fitted.seconds };
  }

  #searchScope(scope: Scope, from: number, to: number): Promise<SearchResult> {
    const { progress, signal, input } = this.#context;
    const width = SEARCH_TO - SEARCH_FROM;
    const tell = trialTeller(this.#context, this.#objectives, scope, ({ ended, line }) => {
      const share = Math.min(1, ended / this.#tuning.trials);
      progress(SEARCH_FROM + width * (from + (to - from) * share), line);
    });
    return runSearch({
      recipe: this.#recipe,
      tuning: this.#tuning,
      objectives: this.#objectives,
      scope,
      folds: foldsOfScope(this.#recipe, this.#data, scope).length,
      saved: input.saved,
      fit: (task, stop, hooks) => this.#pool.fit(task, stop, hooks),
      tell,
      cut: this.#cut.signal,
      signal,
      elapsedSeconds: () => this.#earlierSeconds + (performance.now() - this.#startedAt) / 1000,
    });
  }

  /** Fitted once more where an earlier life of the search did it: what they answered is not kept. */
  #foldsOfBest({ best, answers }: SearchResult, scope: Scope): Promise<FoldResult[]> {
    const rung = best.rungs.at(-1);
    if (answers === null || rung === undefined) {
      return fitVariant({
        pool: this.#pool,
        recipe: this.#recipe,
        variant: recipeOfTrial(this.#recipe, best.values),
        data: this.#data,
        scope,
        signal: this.#context.signal,
      });
    }
    const folds = foldsOfScope(this.#recipe, this.#data, scope);
    return Promise.resolve(
      folds.flatMap((fold, i) => {
        const [report, told] = [rung.folds[i], answers[i]];
        return report && told ? [{ fold, answers: told, report, seconds: rung.seconds[i] ?? 0 }] : [];
      }),
    );
  }

  /** The recipe that makes this model again: when the time was up, with as many trials as counted. */
  #asDone({ timeWasUp, fits }: SearchResult): Recipe {
    if (!timeWasUp) return this.#recipe;
    this.#context.log(
      `The time of the search was up; ${fits} fits of trials count. The recipe of the run names them, so that it can be repeated.`,
      'warn',
    );
    const { seconds: _, ...rest } = this.#tuning;
    return { ...this.#recipe, tuning: { ...rest, fits } };
  }
}

/** The model of the search: its best trial, fitted on all rows but the test part. */
async function fitBest(
  { input, send, progress, log, signal }: JobContext<StudyJobInput>,
  data: TrainingData,
  { result, folds, estimate }: Found,
): Promise<Learned> {
  const { validation } = input.recipe;
  const live = liveMetrics((points) => send({ type: 'metrics', points } satisfies TrainJobMessage));
  const learned = await learnFinal({
    recipe: recipeOfTrial(input.recipe, result.best.values),
    data,
    scheme: validation.kind === 'nested' ? validation.outer : validation,
    folds: estimate,
    roundsFrom: folds.map(({ report }) => report),
    report(step) {
      progress(
        SEARCH_TO + (FINISH_AT - SEARCH_TO) * Math.min(1, step.step / step.of),
        `The best trial on all rows: ${step.message}`,
      );
      live.add(step);
    },
    log,
    signal,
  });
  live.flush();
  return learned;
}

function studyReport(
  objectives: ResolvedObjective[],
  { best, front, records, fits, timeWasUp }: SearchResult,
): StudyReport {
  const count = (state: TrialRecord['state']) =>
    [...records.values()].filter((record) => record.state === state).length;
  return {
    objectives,
    best: best.trial,
    values: best.values,
    front,
    counts: {
      complete: count('complete'),
      pruned: count('pruned'),
      failed: count('failed'),
      cut: count('cut'),
    },
    fits,
    timeWasUp,
  };
}
