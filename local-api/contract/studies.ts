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
  outer: z
    .int()
    .nullable()
    .describe('The outer fold whose search this is of; null for the search on all rows'),
  values: TrialValues,
  state: TrialState,
  rungs: z.array(Rung),
  latencyMs: z.number().nullable().describe('To answer one row, median'),
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

/** A line of a leaderboard: a trial or a fold. */
export const LeaderboardEntry = z.object({
  runId: z.string(),
  name: z.string(),
  key: z.string().describe('trial 12, fold 3, outer 2 trial 1'),
  status: RunStatus,
  state: TrialState.nullable().describe('null for a fold'),
  isBest: z.boolean(),
  isOnFront: z.boolean(),
  values: z.record(z.string(), z.string()).describe('Settings that the search varies, as params'),
  metrics: z.record(z.string(), z.number()).describe('Means over the folds'),
  errors: z.record(z.string(), z.number()).describe('Their standard errors, where there are several folds'),
  fitSeconds: z.number().nullable(),
  latencyMs: z.number().nullable().describe('To answer one row'),
  modelBytes: z.number().nullable(),
});
export type LeaderboardEntry = z.infer<typeof LeaderboardEntry>;

export const Leaderboard = z
  .object({
    runId: z.string(),
    kind: z.enum(['trials', 'folds', 'none']),
    objectives: z.array(ResolvedObjective),
    entries: z.array(LeaderboardEntry).describe('The best first; those without a result last'),
    study: StudyReport.nullable().describe('null while it goes on'),
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
    summary: 'Trials or folds of a run, the best first',
    description:
      'For a run with a search its trials, while it goes on too; for a cross-validated run its folds. Quality with standard error, time to fit, time to answer a row, size of the model.',
    params: z.object({ runId: z.string() }),
    response: Leaderboard,
    errors: ['runs/not-found'],
    timeoutMs: 120_000,
  }),
};
