import type {
  Job,
  Leaderboard,
  Recipe,
  RecipeCheck,
  TrainerInfo,
  TrainRequest,
} from '../../local-api/contract/index.ts';

/** A target that models can be trained on. */
export type TrainingPlace = { id: string; name: string };

export type TrainingPlaces = {
  /** Errors: targets/not-found, targets/cannot-train. */
  trainingPlace(target: string): Promise<TrainingPlace>;
};

export type TrainingService = {
  /** Trials or folds of a run, the best first; also while they are being fitted. Errors: runs/not-found. */
  leaderboard(runId: string): Promise<Omit<Leaderboard, 'importance'>>;
  trainers(): TrainerInfo[];
  /** All that keeps a recipe from being trained on its data, and doubts about it. Nothing is made. */
  check(recipe: Recipe): Promise<RecipeCheck>;
  /**
   * Checks the recipe against the data (all problems at once), makes the run (`scheduled`) and queues the job: `train`, or
   * `remote-train` where the request names a target.
   */
  start(request: TrainRequest, options?: { parentJobId?: string | null; source?: string }): Promise<Job>;
};

/** Where a training run keeps things; the registry, the UI and the export read these. */
export const runFiles = {
  model: 'model/model.onnx',
  signature: 'model/signature.json',
  recipe: 'recipe.json',
  evaluation: 'evaluation.json',
  /**
   * Test rows: the raw feature columns, `assay.row`, `assay.truth`, and the answers of the finished model file:
   * `assay.label` and `assay.p.<class>`, or `assay.value` (see predictions-file.ts).
   */
  predictions: 'predictions.parquet',
  card: 'card.md',
} as const;

/** What a run of a linear model keeps besides: its `ModelCoefficients`. */
export const coefficientsFile = 'model/coefficients.json';
