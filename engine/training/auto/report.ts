import type { Auto, AutoReport } from '../../../local-api/contract/index.ts';
import { summariseFolds } from '../validation/summarise-folds.ts';
import { weightedMean } from './greedy.ts';
import type { HeldOut } from './held-out.ts';
import type { AutoClock, AutoSearch } from './search.ts';

/** How an automatic choice stands while it goes on; its figures by weights that were chosen on the same rows. */
export function autoReport(options: {
  auto: Auto;
  held: HeldOut;
  search: AutoSearch;
  clock: AutoClock;
}): AutoReport {
  const { held, search, clock } = options;
  const members = search.members.flatMap(({ name, weight }) => {
    const model = search.models.find(({ candidate }) => candidate.name === name);
    return model === undefined ? [] : [{ model, weight }];
  });
  const folds = held.folds.map((fold, i) => {
    const answers = weightedMean(
      members.map(({ model }) => model.answers[i] ?? new Float32Array(0)),
      members.map(({ weight }) => weight),
    );
    const rows = { training: fold.train.length, stopping: 0, held: fold.held.length };
    return { metrics: held.metricsOfFold(i, answers), rows };
  });
  const [best] = search.models.toSorted((a, b) => a.loss - b.loss || a.trial - b.trial);
  return {
    objective: held.objective,
    budgetSeconds: clock.budgetSeconds,
    elapsedSeconds: clock.elapsedSeconds(),
    isDone: false,
    timeWasUp: search.timeWasUp,
    wasStopped: search.wasStopped,
    folds: held.folds.length,
    rows: new Set(held.folds.flatMap((fold) => [...fold.held])).size,
    chosen: members.length > 1 ? 'greedy' : 'single',
    members: members.map(({ model, weight }) => ({
      trial: model.trial,
      name: model.candidate.name,
      trainer: model.recipe.trainer.kind,
      weight,
    })),
    metrics: Object.fromEntries(
      Object.entries(summariseFolds(folds)).map(([key, { mean, se }]) => [key, { mean, se }]),
    ),
    interval: null,
    best: best?.trial ?? null,
    comparisons: [],
    latencyMs: null,
    batchMs: null,
    modelBytes: null,
    notes: search.notes,
  };
}
