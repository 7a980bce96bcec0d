import type {
  CompareGroups,
  GroupsCompared,
  Importance,
  ImportanceRequest,
  PredictionsCompared,
} from '../../local-api/contract/index.ts';

/** Answers from the runs that are stored; writes nothing. Long computations let other requests in. */
export type ComparisonService = {
  /**
   * Groups runs and tests the differences between the groups.
   * Throws runs/not-found, request/bad-filter, request/invalid, comparison/too-many-runs, comparison/too-many-groups.
   * Cost: reading the runs (5,000 at most), then a test a pair of groups.
   */
  compareGroups(request: CompareGroups): Promise<GroupsCompared>;
  /**
   * Compares the answers of two trainings row by row.
   * Throws runs/not-found, comparison/no-predictions, comparison/other-data.
   */
  comparePredictions(request: { a: string; b: string; confidence: number }): Promise<PredictionsCompared>;
  /** Which params matter for a metric. Throws runs/not-found, request/bad-filter, comparison/too-many-runs. */
  importance(request: ImportanceRequest): Promise<Importance>;
};
