import { z } from 'zod';
import { Importance } from './comparison.ts';
import { endpoint } from './endpoint.ts';
import { SettingValue } from './recipe/tuning.ts';
import { RunStatus } from './runs.ts';
import { FoldReport, ValidationReport } from './validation-report.ts';

/** Settings that a trial has, by path in the recipe. */
export const TrialValues = z.record(z.string(), SettingValue);

/** A trial with a share of the full budget; several where it climbs. */
const Rung = z.object({
  rung: z.int(),
  share: z.number().describe('Of the full budget, above 0 and at most 1'),
  folds: z.array(FoldReport),
  seconds: z.array(z.number()).describe('Of each fold'),
  losses: z
    .array(z.number())
    .nullable()
    .describe(
      'By objective, lower is better (metrics that are to be high with their sign turned); null when it failed',
    ),
});

export const TrialState = z
  .enum(['running', 'complete', 'pruned', 'failed', 'cut'])
  .describe(
    'pruned: given up for others that did better with less budget, or in their first folds; cut: under way when the time was up',
  );
export type TrialState = z.infer<typeof TrialState>;

/** What the run of a trial keeps in `trial.json`. */
export const TrialRecord = z.object({
  trial: z.int(),
  title: z.string().nullable().default(null).describe('Of a model of an automatic choice'),
  outer: z
    .int()
    .nullable()
    .describe('The outer fold whose search this is of; null for the search on all rows'),
  values: TrialValues,
  state: TrialState,
  rungs: z.array(Rung),
  latencyMs: z.number().nullable().describe('To answer one row, median'),
  batchMs: z.number().nullable().default(null).describe('To answer 1,000 rows at once, median'),
  modelBytes: z.int().nullable(),
  error: z.string().nullable(),
  elapsedSeconds: z.number().describe('Of the search, when this was written'),
});
export type TrialRecord = z.infer<typeof TrialRecord>;

const ResolvedObjective = z.object({ metric: z.string(), direction: z.enum(['higher', 'lower']) });

/** What the run of a search keeps in `study.json`. */
export const StudyReport = z
  .object({
    objectives: z.array(ResolvedObjective),
    best: z.int().describe('Number of the trial that became the model'),
    values: TrialValues,
    front: z
      .array(z.int())
      .describe('Trials that no other beats in all objectives; the best alone with one objective'),
    counts: z.object({ complete: z.int(), pruned: z.int(), failed: z.int(), cut: z.int() }),
    fits: z.int().describe('Trials and rungs of trials that count'),
    timeWasUp: z.boolean(),
  })
  .meta({ id: 'StudyReport' });
export type StudyReport = z.infer<typeof StudyReport>;

const Range = z.object({ low: z.number(), high: z.number() });

/** How a model compares with the best one, on the same rows that neither learnt from. */
const AutoComparison = z.object({
  trial: z.int(),
  interval: Range.nullable().describe('95 % bootstrap interval of the objective over these rows'),
  difference: Range.extend({ value: z.number() })
    .nullable()
    .describe('Of the objective to that of the best single model, with its 95 % interval; null for itself'),
  isLikeBest: z.boolean().describe('The interval of the difference holds 0: the two cannot be told apart'),
});

/** What the run of an automatic choice keeps in `auto.json`; also while it goes on. */
export const AutoReport = z
  .object({
    objective: ResolvedObjective,
    budgetSeconds: z.number().nullable().describe('null where a recorded list is fitted again'),
    elapsedSeconds: z.number(),
    isDone: z.boolean(),
    timeWasUp: z.boolean().describe('Models that were still to be tried had no time left'),
    wasStopped: z.boolean().describe('Somebody had it finish early'),
    folds: z.int().describe('1: the validation part is held out once'),
    rows: z.int().describe('Rows that were held out: what models are compared on'),
    chosen: z
      .enum(['single', 'greedy', 'stack'])
      .describe(
        'single: the best model alone; greedy: a weighted mean; stack: a linear model on the answers',
      ),
    members: z.array(
      z.object({
        trial: z.int(),
        name: z.string(),
        trainer: z.string(),
        weight: z.number().nullable().describe('Share of the mean; null in a stack'),
      }),
    ),
    metrics: z
      .record(z.string(), z.object({ mean: z.number(), se: z.number().nullable() }))
      .describe('Of the model on the held-out rows, its weights learnt on other rows than it is scored on'),
    interval: Range.nullable().describe('95 % bootstrap interval of the objective over the held-out rows'),
    best: z.int().nullable().describe('Trial number of the best single model'),
    comparisons: z.array(AutoComparison).describe('Of the single models; empty while it goes on'),
    latencyMs: z.number().nullable().describe('Of the finished file to answer one row, median'),
    batchMs: z.number().nullable().describe('Of the finished file to answer 1,000 rows at once, median'),
    modelBytes: z.int().nullable(),
    notes: z.array(z.string()).describe('What was not done and why, in whole sentences'),
  })
  .meta({ id: 'AutoReport' });
export type AutoReport = z.infer<typeof AutoReport>;

/** A line of a leaderboard: a trial, a fold, a model of an automatic choice, or (key `ensemble`) several of them together. */
export const LeaderboardEntry = z.object({
  runId: z.string().describe('For the ensemble the run of the whole'),
  name: z.string(),
  key: z.string().describe('trial 12, fold 3, outer 2 trial 1, ensemble'),
  title: z.string().nullable().describe('Of a model of an automatic choice: Boosted trees, small leaves'),
  trainer: z.string().nullable().describe('Of a model of an automatic choice'),
  status: RunStatus,
  state: TrialState.nullable().describe('null for a fold'),
  isBest: z.boolean(),
  isOnFront: z.boolean(),
  values: z.record(z.string(), z.string()).describe('Settings that the search varies, as params'),
  metrics: z.record(z.string(), z.number()).describe('Means over the folds'),
  errors: z.record(z.string(), z.number()).describe('Their standard errors, where there are several folds'),
  fitSeconds: z.number().nullable(),
  latencyMs: z.number().nullable().describe('To answer one row'),
  batchMs: z.number().nullable().describe('To answer 1,000 rows at once'),
  modelBytes: z.number().nullable(),
  interval: Range.nullable().describe(
    '95 % interval of the first objective; of an automatic choice that has ended',
  ),
  difference: AutoComparison.shape.difference,
  isLikeBest: z
    .boolean()
    .nullable()
    .describe('Cannot be told apart from the best single model; null where that is not known'),
  weight: z.number().nullable().describe('Share in the weighted mean of the ensemble'),
  isMember: z.boolean().describe('Part of the model that an automatic choice gives, or would give by now'),
});
export type LeaderboardEntry = z.infer<typeof LeaderboardEntry>;

export const Leaderboard = z
  .object({
    runId: z.string(),
    kind: z
      .enum(['trials', 'folds', 'models', 'none'])
      .describe('models: of an automatic choice, the ensemble first where it is what is chosen'),
    objectives: z.array(ResolvedObjective),
    entries: z.array(LeaderboardEntry).describe('The best first; those without a result last'),
    study: StudyReport.nullable().describe('null while it goes on'),
    auto: AutoReport.nullable().describe('Of an automatic choice, from the first fitted model on'),
    validation: ValidationReport.nullable(),
    importance: Importance.nullable().describe(
      'Of the settings for the first objective, from ten complete trials on',
    ),
  })
  .meta({ id: 'Leaderboard' });
export type Leaderboard = z.infer<typeof Leaderboard>;

export const studiesApi = {
  leaderboard: endpoint({
    id: 'studies.leaderboard',
    method: 'GET',
    path: '/api/v1/runs/{runId}/leaderboard',
    summary: 'Trials, folds or models of a run, the best first',
    description:
      'For a run with a search its trials, for an automatic choice its models and what they give together, while it goes on too; for a cross-validated run its folds. Quality with standard error, time to fit, time to answer a row, size of the model.',
    params: z.object({ runId: z.string() }),
    response: Leaderboard,
    errors: ['runs/not-found'],
    timeoutMs: 120_000,
  }),
};
