import { ApiError, client } from '../../app/api.ts';
import { type Draft, toRecipe } from './draft.ts';
import { type DraftProblem, placeProblem } from './draft-problems.ts';

export type StartedTraining = { experimentId: string; started: string[] };

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

/**
 * Starts one job a chosen trainer in the experiment of the draft, which is made when there is none of its name.
 * The engine checks each recipe against the data first.
 *
 * @throws TrainingNotStarted at the first trainer that is refused, with the problems at their fields
 */
export async function startTraining(draft: Draft): Promise<StartedTraining> {
  const started: string[] = [];
  let trainer = '';
  try {
    const experimentId = await experimentNamed(draft.experiment.trim());
    for (trainer of Object.keys(draft.trainers)) {
      const on = draft.on === null ? {} : { on: draft.on };
      await client.training.start({ body: { experimentId, recipe: toRecipe(draft, trainer), ...on } });
      started.push(trainer);
    }
    return { experimentId, started };
  } catch (error) {
    const listed = error instanceof ApiError ? error.problems : [];
    const problems = listed.map((problem) =>
      placeProblem(
        problem.path,
        problem.expected ? `${problem.message} – expected ${problem.expected}` : problem.message,
        trainer,
      ),
    );
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
