import type { RecipeInput } from '../../../local-api/contract/index.ts';
import { ApiError, client } from '../../app/api.ts';
import { type DraftProblem, placeProblem, problemWords } from './draft-problems.ts';

/** Kinds of trainers that were started, and their runs. */
export type StartedTraining = { experimentId: string; started: string[]; runIds: string[] };

/** Some trainer could not be started; those in `started` are under way. */
export class TrainingNotStarted extends Error {
  readonly problems: readonly DraftProblem[];
  readonly started: readonly string[];
  constructor(problems: readonly DraftProblem[], started: readonly string[], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'TrainingNotStarted';
    this.problems = problems;
    this.started = started;
  }
}

export type TrainingOrder = {
  /** By kind of trainer. */
  recipes: Readonly<Record<string, RecipeInput>>;
  /** Name of the experiment; made when there is none of this name. */
  experiment: string;
  on: string | null;
};

/**
 * Starts one job a recipe. The engine checks each recipe against the data first.
 *
 * @throws TrainingNotStarted at the first trainer that is refused, with the problems at their fields
 */
export async function startTraining({ recipes, experiment, on }: TrainingOrder): Promise<StartedTraining> {
  const started: string[] = [];
  const runIds: string[] = [];
  let trainer = '';
  try {
    const experimentId = await experimentNamed(experiment.trim());
    for (const [kind, recipe] of Object.entries(recipes)) {
      trainer = kind;
      const { runId } = await client.training.start({
        body: { experimentId, recipe, ...(on === null ? {} : { on }) },
      });
      started.push(trainer);
      if (runId !== null) runIds.push(runId);
    }
    return { experimentId, started, runIds };
  } catch (error) {
    const listed = error instanceof ApiError ? error.problems : [];
    const problems = listed.map((problem) => placeProblem(problem.path, problemWords(problem), trainer));
    throw new TrainingNotStarted(problems, started, error);
  }
}

async function experimentNamed(name: string): Promise<string> {
  const { items } = await client.experiments.list({
    query: { filter: `name = '${name.replaceAll("'", "''")}'`, limit: 1 },
  });
  const [known] = items;
  return (known ?? (await client.experiments.create({ body: { name } }))).id;
}
