import type { Auto, AutoCandidate, Recipe, TrialRecord } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { meanOf } from '../../statistics/index.ts';
import { fitAllFolds } from '../study/fit-all-folds.ts';
import type { FoldTaskResult } from '../study/fold-task.ts';
import { lossesOf } from '../study/objectives.ts';
import type { TrialPool } from '../study/trial-pool.ts';
import { newTrialRecord } from '../study/trial-record.ts';
import type { AutoTeller } from './auto-teller.ts';
import { createCosts, type FitSize } from './costs.ts';
import type { Answers, HeldOut } from './held-out.ts';
import { nextVariant } from './local-search.ts';
import { candidateRecipe } from './portfolio.ts';
import { type Saved, savedModels } from './saved-models.ts';
import { wholeSoFar } from './whole-so-far.ts';

/** A model that was fitted on every fold. */
export type AutoModel = {
  trial: number;
  candidate: AutoCandidate;
  recipe: Recipe;
  record: TrialRecord;
  answers: Answers;
  /** Lower is better. */
  loss: number;
};

export type AutoClock = {
  elapsedSeconds(): number;
  /** Null: without end. */
  budgetSeconds: number | null;
  /** What is to be kept back for everything after the last fit: evaluation, files. */
  finishSeconds: number;
  /** What is kept back besides until all fits have ended: for deciding between them, and for estimates that were too low. */
  marginSeconds: number;
};

export type AutoSearchOptions = {
  recipe: Recipe;
  auto: Auto;
  held: HeldOut;
  pool: TrialPool;
  workers: number;
  portfolio: readonly AutoCandidate[];
  /** Of what a fold learns from, and of all rows that the final model learns from. */
  size: { fold: FitSize; all: FitSize };
  saved: Saved;
  clock: AutoClock;
  tell: Omit<AutoTeller, 'report'>;
  /** After each model: how it stands. */
  onModel(record: TrialRecord): void;
  signal: AbortSignal;
};

/** Models without a gain of the whole after which nothing more is tried. */
const PATIENCE = 14;
const LEAST_GAIN = 1e-3;
/** Of an estimate by no fit of the kind. */
const DOUBT = 1.5;
/** Share of the time left that a model may take while quicker ones are waiting. */
const MOST_AT_ONCE = 0.25;
/** How often the clock is looked at, ms. */
const WATCH_MS = 50;
/** Share of the budget that fits of several members on all rows may take. */
const MEMBERS_SHARE = 0.35;

/**
 * Fits the models of a portfolio, then variants of those that do best, by folds in the workers of a pool, until nothing gets
 * better or the time is up. What cannot be done in the time that is left is not begun; what is under way then is dropped.
 */
export class AutoSearch {
  readonly models: AutoModel[] = [];
  readonly notes: string[] = [];
  timeWasUp = false;
  wasStopped = false;
  /** Names of the models that would make the best whole by now, with their weights. */
  members: { name: string; weight: number }[] = [];

  readonly #options: AutoSearchOptions;
  readonly #costs = createCosts();
  readonly #stop = new AbortController();
  #waiting: AutoCandidate[];
  readonly #running = new Set<Promise<void>>();
  readonly #tooLong = new Set<string>();
  /** Folds that are to be fitted or being fitted, with the seconds that each may take. */
  #pendingFolds = 0;
  #pendingSeconds = 0;
  #trials = 0;
  #variants = 0;
  #withoutGain = 0;
  #bestLoss = Number.POSITIVE_INFINITY;
  #firstError: unknown = null;

  constructor(options: AutoSearchOptions) {
    this.#options = options;
    const { auto, portfolio, saved, held, recipe } = options;
    const { models, failed } = savedModels(saved, held, recipe);
    for (const model of models) this.#keep(model);
    const known = new Set([...failed, ...models.map(({ candidate }) => candidate.name)]);
    this.#variants = Math.max(0, ...[...known].map(variantNumber));
    const planned = auto.candidates ?? portfolio;
    this.#waiting = planned.filter(({ name }) => !known.has(name));
    this.#trials = Math.max(-1, ...saved.records.map(({ trial }) => trial)) + 1;
    this.#settle();
  }

  /** Nothing more is begun, and what is under way is dropped. */
  stop(): void {
    this.wasStopped = true;
    this.#stop.abort(new AssayError('jobs/timed-out', 'The choice was asked to finish.'));
  }

  /** Errors: that of the first model when none could be fitted; the reason of `signal`. */
  async run(): Promise<void> {
    const { workers, signal } = this.#options;
    const watch = setInterval(() => this.#watch(), WATCH_MS);
    try {
      while (!this.#stop.signal.aborted) {
        signal.throwIfAborted();
        const next = this.#pendingFolds <= workers ? this.#next() : null;
        if (next !== null) this.#begin(next);
        else if (this.#running.size === 0) break;
        else await Promise.race(this.#running);
      }
      await Promise.all(this.#running);
    } finally {
      clearInterval(watch);
    }
    signal.throwIfAborted();
    if (this.models.length === 0 && this.#firstError !== null) throw this.#firstError;
  }

  /** Seconds that it takes to fit these models on all rows, one after the other. */
  finalSeconds(names: readonly string[]): number {
    const { size } = this.#options;
    return names.reduce((sum, name) => {
      const model = this.models.find(({ candidate }) => candidate.name === name);
      if (model === undefined) return sum;
      const seconds = model.record.rungs[0]?.seconds ?? [];
      const growth = Math.max(1, size.all.rows / size.fold.rows);
      return sum + 0.05 + 1.1 * growth * (seconds.length > 0 ? meanOf(seconds) : 0);
    }, 0);
  }

  /** Seconds left until what comes after the last fit has to begin. */
  secondsLeft(): number {
    const { budgetSeconds, elapsedSeconds, finishSeconds } = this.#options.clock;
    return budgetSeconds === null
      ? Number.POSITIVE_INFINITY
      : budgetSeconds - finishSeconds - elapsedSeconds();
  }

  #searchSecondsLeft(): number {
    return this.secondsLeft() - this.#options.clock.marginSeconds;
  }

  #keep(model: AutoModel): void {
    this.models.push(model);
    this.models.sort((a, b) => a.trial - b.trial);
    const { size } = this.#options;
    const seconds = model.record.rungs[0]?.seconds ?? [];
    if (seconds.length > 0) this.#costs.learn(model.recipe, size.fold, meanOf(seconds));
  }

  /** What to fit now; null when nothing is to be begun any more, or not before something has ended. */
  #next(): AutoCandidate | null {
    const { auto, recipe } = this.#options;
    if (auto.candidates === undefined && this.#trials >= auto.models) return null;
    const planned = this.#nextPlanned();
    if (planned !== null) return planned;
    if (auto.candidates !== undefined || this.#withoutGain >= PATIENCE) return null;
    if (this.models.length < 3) return null;
    const history = this.models.map(({ candidate, loss }) => ({ candidate, loss }));
    // The quick ones may still fit where the first proposals do not.
    for (let attempt = 0; attempt < 5; attempt++) {
      const variant = nextVariant(history, this.#variants, recipe.seed);
      if (variant === null) return null;
      this.#variants += 1;
      if (this.#isInTime(variant)) return variant;
      this.timeWasUp = true;
    }
    return null;
  }

  /** The next of the portfolio: a slow one only when no quicker one is left, or there is plenty of time. */
  #nextPlanned(): AutoCandidate | null {
    const inTime = this.#waiting.filter((candidate) => {
      if (this.#isInTime(candidate)) return true;
      this.#tooLong.add(candidate.name);
      return false;
    });
    const patient = MOST_AT_ONCE * this.#searchSecondsLeft();
    const next = inTime.find((candidate) => this.#wallSeconds(candidate) <= patient) ?? inTime[0] ?? null;
    this.#waiting = inTime.filter((candidate) => candidate !== next);
    return next;
  }

  #isInTime(candidate: AutoCandidate): boolean {
    if (this.#options.clock.budgetSeconds === null) return true;
    const { size } = this.#options;
    // By itself it would have to be fitted on all rows too, or it is of no use.
    const alone = this.#eachSeconds(candidate) * Math.max(1, size.all.rows / size.fold.rows);
    const needed = this.#wallSeconds(candidate) + Math.max(alone, this.#reserve());
    const isInTime = needed <= this.#searchSecondsLeft();
    if (!isInTime) this.timeWasUp = true;
    return isInTime;
  }

  /** Until its folds have been fitted, after those that are under way. */
  #wallSeconds(candidate: AutoCandidate): number {
    const { held, workers } = this.#options;
    const each = this.#eachSeconds(candidate);
    return Math.max(each, (each * held.folds.length + this.#pendingSeconds) / workers);
  }

  /** Of a fold. */
  #eachSeconds(candidate: AutoCandidate): number {
    const { size, recipe } = this.#options;
    const asFitted = candidateRecipe(recipe, candidate);
    const isKnown = this.models.some(({ recipe: { trainer } }) => trainer.kind === asFitted.trainer.kind);
    return (isKnown ? 1 : DOUBT) * this.#costs.estimate(asFitted, size.fold);
  }

  /** Seconds to fit on all rows what is best by now. */
  #reserve(): number {
    return this.finalSeconds(this.members.map(({ name }) => name));
  }

  #watch(): void {
    if (this.#stop.signal.aborted || this.models.length === 0) return;
    if (this.#searchSecondsLeft() > this.#reserve()) return;
    this.timeWasUp = true;
    this.#stop.abort(new AssayError('jobs/timed-out', 'The time of the choice is up.'));
  }

  #begin(candidate: AutoCandidate): void {
    const trial = this.#trials++;
    const running = this.#fit(trial, candidate).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Fits a model on every fold. Never rejects. */
  async #fit(trial: number, candidate: AutoCandidate): Promise<void> {
    const { recipe, held, tell, onModel, size } = this.#options;
    const asFitted = candidateRecipe(recipe, candidate);
    const each = this.#costs.estimate(asFitted, size.fold);
    const record = newTrialRecord({ trial, title: candidate.name, outer: null, values: candidate.values });
    let answers: Answers | null = null;
    let hasBegun = false;
    try {
      const results = await this.#fitFolds(asFitted, each, {
        begins: () => {
          if (!hasBegun) tell.begins(trial, candidate);
          hasBegun = true;
        },
        points: (points) => tell.points(trial, points),
      });
      answers = results.map((result) => result.answers);
      Object.assign(record, results[0]?.measured ?? {});
      const folds = results.map(({ report }) => report);
      const seconds = results.map((result) => result.seconds);
      const losses = lossesOf([held.objective], folds, { seconds, measured: null });
      record.rungs = [{ rung: 0, share: 1, folds, seconds, losses }];
      if (losses === null) throw new AssayError('training/bad-recipe', notDefined(held));
      record.state = 'complete';
    } catch (thrown) {
      if (this.#options.signal.aborted) return;
      if (this.#stop.signal.aborted) record.state = 'cut';
      else {
        record.state = 'failed';
        record.error = messageOf(thrown);
        this.#firstError ??= thrown;
      }
    }
    if (record.state === 'cut' && !hasBegun) return;
    record.elapsedSeconds = this.#options.clock.elapsedSeconds();
    tell.ends(record, record.state === 'complete' ? answers : null);
    if (record.state === 'complete' && answers !== null) {
      this.#keep({ trial, candidate, recipe: asFitted, record, answers, loss: held.loss(answers) });
      this.#settle();
    }
    onModel(record);
  }

  async #fitFolds(
    recipe: Recipe,
    each: number,
    hooks: NonNullable<Parameters<TrialPool['fit']>[2]>,
  ): Promise<FoldTaskResult[]> {
    const { held, pool, signal } = this.#options;
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    this.#pendingFolds += held.folds.length;
    this.#pendingSeconds += held.folds.length * each;
    return fitAllFolds(held.folds.length, stop, async (fold, stopped) => {
      try {
        const task = { recipe, on: { scope: null, fold }, rowShare: 1, isMeasured: fold === 0 };
        return await pool.fit(task, stopped, fold === 0 ? hooks : {});
      } finally {
        this.#pendingFolds -= 1;
        this.#pendingSeconds -= each;
      }
    });
  }

  /** Works out what the models fitted so far would give together. */
  #settle(): void {
    const { held, auto, clock } = this.#options;
    const { budgetSeconds } = clock;
    const whole = wholeSoFar(this.models, held, {
      isSingle: auto.ensemble === 'none',
      // A whole that takes most of the time to fit again leaves none to find a better one.
      fits: (names) => budgetSeconds === null || this.finalSeconds(names) <= MEMBERS_SHARE * budgetSeconds,
    });
    if (whole === null) return;
    this.members = whole.members;
    const before = this.#bestLoss;
    const gains = !Number.isFinite(before) || before - whole.loss > LEAST_GAIN * Math.abs(before);
    this.#withoutGain = gains ? 0 : this.#withoutGain + 1;
    this.#bestLoss = Math.min(before, whole.loss);
  }

  /** Models of the portfolio that had no time, for people. */
  leftOut(): string[] {
    return [...this.#tooLong, ...this.#waiting.map(({ name }) => name)];
  }
}

function notDefined({ objective: { metric }, isRegression }: HeldOut): string {
  const task = isRegression ? 'regression' : 'classification';
  return `The metric "${metric}" is not defined on a fold: it is none of ${task}, or a fold has too few rows.`;
}

function variantNumber(name: string): number {
  return Number(/, variant (\d+)$/.exec(name)?.[1] ?? 0);
}
