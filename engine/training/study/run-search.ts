import type { Recipe, TrialRecord, Tuning } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { meanOf, medianOf } from '../../statistics/index.ts';
import type { LivePoint } from '../live-metrics.ts';
import { frontsOf, rankedTrials } from '../tuning/front.ts';
import { nextProposals, type Proposal, type Tried } from '../tuning/search.ts';
import { fitAllFolds } from './fit-all-folds.ts';
import type { FoldTask, FoldTaskResult } from './fold-task.ts';
import { lossesOf, type ResolvedObjective } from './objectives.ts';
import type { Scope } from './scope.ts';
import { trialRecipe } from './trial-recipe.ts';
import { newTrialRecord } from './trial-record.ts';

type Rung = TrialRecord['rungs'][number];

export type SearchOptions = {
  recipe: Recipe;
  tuning: Tuning;
  objectives: readonly ResolvedObjective[];
  scope: Scope;
  /** How many folds a trial has. */
  folds: number;
  /** What earlier lives of the search found out. */
  saved: readonly TrialRecord[];
  fit(
    task: FoldTask,
    signal: AbortSignal,
    hooks: { begins(): void; points(points: LivePoint[]): void },
  ): Promise<FoldTaskResult>;
  tell: {
    begins(proposal: Proposal): void;
    points(trial: number, points: LivePoint[]): void;
    ends(record: TrialRecord): void;
  };
  /** Aborted when the time is up: what is under way is dropped. */
  cut: AbortSignal;
  signal: AbortSignal;
  elapsedSeconds(): number;
};

export type SearchResult = {
  records: ReadonlyMap<number, TrialRecord>;
  best: TrialRecord;
  /** Trial numbers that no other beats in all objectives. */
  front: number[];
  /** Trials and rungs that count. */
  fits: number;
  timeWasUp: boolean;
  /** Of the folds of the best trial, where they were fitted in this life. */
  answers: readonly Float32Array[] | null;
};

/** Trials of other batches that a median is taken of. */
const FEWEST_FOR_MEDIAN = 4;

/**
 * Searches: proposes trials, fits their folds in the order proposed, as many at a time as the pool has workers, and goes on from
 * what they tell. What was found out is a function of recipe and data, whatever the number of workers and however often the
 * search was interrupted; only a cut by time, which counts the trials up to the first unfinished one, hangs on the clock.
 * When that leaves no trial that had the full budget, the most promising one gets it, whatever the time.
 *
 * Errors: `training/no-trial` when none came to its end; that of the first trial when all of the first batch fail.
 */
export async function runSearch(options: SearchOptions): Promise<SearchResult> {
  const { tuning, recipe } = options;
  const most = tuning.fits ?? Number.POSITIVE_INFINITY;
  const state = new SearchState(options);
  const history: Tried[] = [];
  let timeWasUp = false;
  while (!timeWasUp && history.length < most) {
    const proposals = nextProposals({ tuning, seed: recipe.seed }, history).slice(0, most - history.length);
    if (proposals.length === 0) break;
    const before = [...history];
    const tried = await Promise.all(
      proposals.map((proposal) => state.attempt(proposal, before, options.cut)),
    );
    const firstMissing = tried.indexOf(null);
    const counted = firstMissing < 0 ? tried : tried.slice(0, firstMissing);
    timeWasUp = firstMissing >= 0;
    for (const one of counted) if (one !== null) history.push(one);
    if (before.length === 0) state.throwIfAllFailed(history);
    for (const proposal of proposals.slice(counted.length)) state.markCut(proposal);
  }
  const fits = history.length;
  if (!history.some(({ isComplete }) => isComplete)) {
    const last = await state.attempt(state.mostPromising(history), history, null);
    if (last !== null) history.push(last);
  }
  return { ...state.outcome(history), fits, timeWasUp };
}

class SearchState {
  readonly #options: SearchOptions;
  readonly #records = new Map<number, TrialRecord>();
  readonly #saved: ReadonlyMap<number, TrialRecord>;
  /** Trials that a worker has taken up. */
  readonly #begun = new Set<number>();
  #firstError: unknown = null;
  #leader: { loss: number; trial: number; answers: Float32Array[] } | null = null;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#saved = new Map(
      options.saved.filter(({ outer }) => outer === options.scope).map((record) => [record.trial, record]),
    );
  }

  /** Null when the time was up (`cut`) before its end. */
  async attempt(
    proposal: Proposal,
    before: readonly Tried[],
    cut: AbortSignal | null,
  ): Promise<Tried | null> {
    const known = this.#knownRung(proposal);
    if (known !== null) return known;
    const { tell, elapsedSeconds, signal } = this.#options;
    const record = this.#recordOf(proposal);
    const folds: FoldTaskResult[] = [];
    try {
      await this.#fitFolds(proposal, before, folds, cut === null ? signal : AbortSignal.any([signal, cut]));
    } catch (thrown) {
      signal.throwIfAborted();
      if (cut?.aborted) return null;
      this.#firstError ??= thrown;
      record.error = messageOf(thrown);
    }
    const rung = rungOf(proposal, folds, record.error === null ? this.#options.objectives : null);
    const isWhole = folds.length === this.#options.folds;
    if (record.error === null && rung.losses === null)
      record.error = 'An objective is not defined on a fold.';
    record.state = record.error !== null ? 'failed' : isWhole && proposal.share === 1 ? 'complete' : 'pruned';
    record.rungs = [...record.rungs.filter((other) => other.rung !== proposal.rung), rung];
    const measured = folds[0]?.measured;
    if (measured) Object.assign(record, measured);
    record.elapsedSeconds = elapsedSeconds();
    tell.ends(record);
    if (record.state === 'complete') this.#keepIfLeading(record, folds);
    return triedOf(proposal, record, rung);
  }

  throwIfAllFailed(history: readonly Tried[]): void {
    if (history.length > 0 && history.every(({ losses }) => losses === null) && this.#firstError !== null) {
      throw this.#firstError;
    }
  }

  /** The full budget for the trial that did best with the most budget so far; for the first one when nothing came of any. */
  mostPromising(history: readonly Tried[]): Proposal {
    const { tuning, recipe } = this.#options;
    const rank = ({ share, losses }: Tried) => [-share, losses?.[0] ?? Number.POSITIVE_INFINITY];
    const [best] = [...history]
      .filter(({ losses }) => losses !== null)
      .sort((a, b) => {
        const [x, y] = [rank(a), rank(b)];
        return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0) || a.trial - b.trial;
      });
    const [first] = nextProposals({ tuning, seed: recipe.seed }, []);
    const chosen = best ?? first;
    if (chosen === undefined) throw new AssayError('training/no-trial', 'The space of the search is empty.');
    const { trial, values } = chosen;
    return { trial, values, rung: Math.max(0, ...history.map(({ rung }) => rung)) + 1, share: 1 };
  }

  /** Begun, and not counted. */
  markCut({ trial, rung }: Proposal): void {
    const record = this.#records.get(trial);
    if (record === undefined) return;
    if (!this.#begun.has(trial)) {
      this.#records.delete(trial);
      return;
    }
    record.rungs = record.rungs.filter((other) => other.rung !== rung);
    record.state = record.rungs.length > 0 ? 'pruned' : 'cut';
    this.#options.tell.ends(record);
  }

  outcome(history: readonly Tried[]): Pick<SearchResult, 'records' | 'best' | 'front' | 'answers'> {
    const complete = history.filter(({ isComplete }) => isComplete);
    const losses = complete.map((tried) => tried.losses ?? []);
    const trialAt = (i: number): number => complete[i]?.trial ?? -1;
    const front = (frontsOf(losses)[0] ?? []).map(trialAt).sort((a, b) => a - b);
    const onFront = complete.filter(({ trial }) => front.includes(trial));
    const [first] = rankedTrials(onFront.map((tried) => [tried.losses?.[0] ?? 0]));
    const best = this.#records.get(onFront[first ?? -1]?.trial ?? -1);
    if (best === undefined) {
      throw new AssayError('training/no-trial', 'No trial came to its end.');
    }
    const answers = this.#leader?.trial === best.trial ? this.#leader.answers : null;
    return { records: this.#records, best, front: losses[0]?.length === 1 ? [best.trial] : front, answers };
  }

  /** What an earlier life found out of a proposal; the record of the trial is taken over with it. */
  #knownRung(proposal: Proposal): Tried | null {
    const saved = this.#saved.get(proposal.trial);
    const rung = saved?.rungs.find((one) => one.rung === proposal.rung);
    if (saved === undefined || rung === undefined || saved.state === 'cut') return null;
    this.#records.set(proposal.trial, structuredClone(saved));
    return triedOf(proposal, saved, rung);
  }

  #recordOf({ trial, values }: Proposal): TrialRecord {
    const { scope } = this.#options;
    const record = this.#records.get(trial) ?? newTrialRecord({ trial, title: null, outer: scope, values });
    this.#records.set(trial, record);
    return record;
  }

  /** Leaves the folds in `results`, fewer than all where the trial was pruned. */
  async #fitFolds(
    proposal: Proposal,
    before: readonly Tried[],
    results: FoldTaskResult[],
    signal: AbortSignal,
  ): Promise<void> {
    const { tuning, folds } = this.#options;
    const { recipe, rowShare } = trialRecipe(this.#options.recipe, tuning, proposal);
    let hasBegun = false;
    const fitOne = (fold: number, stop: AbortSignal): Promise<FoldTaskResult> =>
      this.#options.fit(
        { recipe, on: { scope: this.#options.scope, fold }, rowShare, isMeasured: fold === 0 },
        stop,
        {
          begins: () => {
            if (!hasBegun) this.#options.tell.begins(proposal);
            hasBegun = true;
            this.#begun.add(proposal.trial);
          },
          points: (points) => {
            if (fold === 0) this.#options.tell.points(proposal.trial, points);
          },
        },
      );
    if (tuning.pruning === 'median' && folds > 1) {
      for (let fold = 0; fold < folds; fold++) {
        results.push(await fitOne(fold, signal));
        if (fold + 1 < folds && this.#isBelowMedian(results, before)) return;
      }
      return;
    }
    results.push(...(await fitAllFolds(folds, signal, fitOne)));
  }

  /** Median stopping (Golovin et al. 2017) over folds: worse so far than half of the trials of the batches before were then. */
  #isBelowMedian(results: readonly FoldTaskResult[], before: readonly Tried[]): boolean {
    const soFar = this.#firstLoss(results.map(({ report }) => report));
    const peers = before.flatMap(({ trial, losses }) => {
      const folds = this.#records.get(trial)?.rungs[0]?.folds ?? [];
      if (losses === null || folds.length < results.length) return [];
      return this.#firstLoss(folds.slice(0, results.length)) ?? [];
    });
    return soFar !== null && peers.length >= FEWEST_FOR_MEDIAN && soFar > medianOf(peers);
  }

  #firstLoss(folds: readonly { metrics: Record<string, number> }[]): number | null {
    const [objective] = this.#options.objectives;
    const values = folds.map(({ metrics }) => metrics[objective?.metric ?? ''] ?? Number.NaN);
    const mean = meanOf(values) * (objective?.direction === 'higher' ? -1 : 1);
    return Number.isFinite(mean) ? mean : null;
  }

  #keepIfLeading({ trial, rungs }: TrialRecord, folds: readonly FoldTaskResult[]): void {
    const loss = rungs.at(-1)?.losses?.[0];
    if (loss === undefined) return;
    const { loss: least = Number.POSITIVE_INFINITY, trial: leading = trial } = this.#leader ?? {};
    if (loss > least || (loss === least && trial > leading)) return;
    this.#leader = { loss, trial, answers: folds.map(({ answers }) => answers) };
  }
}

function rungOf(
  { rung, share }: Proposal,
  folds: readonly FoldTaskResult[],
  objectives: readonly ResolvedObjective[] | null,
): Rung {
  const reports = folds.map(({ report }) => report);
  const seconds = folds.map((fold) => fold.seconds);
  const facts = { seconds, measured: folds[0]?.measured ?? null };
  return {
    rung,
    share,
    folds: reports,
    seconds,
    losses: objectives === null || folds.length === 0 ? null : lossesOf(objectives, reports, facts),
  };
}

function triedOf(proposal: Proposal, { state }: TrialRecord, { losses, folds }: Rung): Tried {
  return {
    ...proposal,
    losses,
    isComplete: state === 'complete' && proposal.share === 1 && folds.length > 0,
  };
}
