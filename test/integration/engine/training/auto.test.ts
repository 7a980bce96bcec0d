import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFiles } from '../../../../engine/training/index.ts';
import {
  type AutoReport,
  type Leaderboard,
  Recipe,
  type RecipeInput,
  TrainRequest,
} from '../../../../local-api/contract/index.ts';
import { type TrainingWorkspace, trainingWorkspace } from '../../../kit/training-workspace.ts';

let workspace: TrainingWorkspace;
let penguins: string;

beforeAll(async () => {
  workspace = await trainingWorkspace();
  penguins = await workspace.importData({
    dataset: 'penguins',
    source: { kind: 'sample', name: 'penguins' },
  });
});
afterAll(() => workspace.close());

/** Few and quick models, listed: nothing hangs on the clock. */
const candidates = [
  { name: 'Baseline', values: { 'trainer.kind': 'prior' } },
  { name: 'Line', values: { 'trainer.kind': 'linear', 'trainer.l2': 30 } },
  { name: 'Trees', values: { 'trainer.kind': 'gbdt', 'trainer.trees': 10, 'trainer.minLeafRows': 5 } },
  { name: 'Forest', values: { 'trainer.kind': 'forest', 'trainer.trees': 10 } },
];

function choice(auto: RecipeInput['auto'], changes: Partial<RecipeInput> = {}): RecipeInput {
  return {
    task: 'classification',
    dataset: penguins,
    target: { column: 'Species' },
    features: { include: ['Beak Length (mm)', 'Body Mass (g)', 'Island'] },
    validation: { kind: 'kfold', folds: 3 },
    evaluation: { resamples: 0 },
    auto: { candidates, ...auto },
    ...changes,
  };
}

type Told = Omit<Leaderboard, 'importance' | 'auto'> & { auto: AutoReport };

async function choose(recipe: RecipeInput) {
  const { job, run } = await workspace.train({ recipe });
  if (job.state !== 'succeeded') throw new Error(JSON.stringify(job.error));
  return { run, ...(await toldOf(run.id)) };
}

async function toldOf(runId: string) {
  const board = await workspace.training.leaderboard(runId);
  if (board.auto === null) throw new Error('the run has no report');
  const model = (await workspace.tracking.findArtifact(runId, runFiles.model)).digest;
  return { board: { ...board, auto: board.auto } satisfies Told, model };
}

async function recipeOf(runId: string): Promise<Recipe> {
  const { digest } = await workspace.tracking.findArtifact(runId, runFiles.recipe);
  return Recipe.parse(JSON.parse((await workspace.artifacts.read(digest)).toString('utf8')));
}

describe('a choice among listed models', () => {
  let mean: Awaited<ReturnType<typeof choose>>;
  beforeAll(async () => {
    mean = await choose(choice({ ensemble: 'greedy' }));
  });

  test('answers with a mean that is at least as good as the best model alone, out of fold', () => {
    const { board } = mean;
    expect(board.kind).toBe('models');
    expect(board.entries.map(({ key }) => key)).toHaveLength(5);
    const [whole, best] = board.entries;
    expect(whole).toMatchObject({ key: 'ensemble', runId: mean.run.id, isMember: true });
    expect(whole?.metrics.log_loss).toBeLessThanOrEqual(best?.metrics.log_loss ?? 0);
    const shares = board.auto.members.map(({ weight }) => weight ?? 0);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(mean.run.metrics.accuracy?.last).toBeGreaterThan(0.9);
    expect(mean.run.metrics.cv_log_loss?.last).toBeCloseTo(whole?.metrics.log_loss ?? 0, 12);
  });

  test('tells of each model how good, quick and large it is, and whether it can be told apart from the best', () => {
    const { entries, auto } = mean.board;
    const baseline = entries.find(({ title }) => title === 'Baseline');
    expect(baseline).toMatchObject({ trainer: 'prior', isLikeBest: false, isMember: false });
    expect(baseline?.difference?.low).toBeGreaterThan(0);
    for (const entry of entries) {
      const { interval } = entry;
      expect(interval?.low).toBeLessThan(entry.metrics.log_loss ?? 0);
      expect(interval?.high).toBeGreaterThan(entry.metrics.log_loss ?? 0);
      for (const fact of [entry.latencyMs, entry.batchMs, entry.modelBytes]) expect(fact).toBeGreaterThan(0);
    }
    expect(auto).toMatchObject({ isDone: true, timeWasUp: false, chosen: 'greedy', folds: 3 });
  });

  test('is repeated by the recipe of its run, to the byte', async () => {
    const recipe = await recipeOf(mean.run.id);
    expect(recipe.auto).toMatchObject({ ensemble: 'greedy', candidates });
    expect((await choose(recipe)).model).toBe(mean.model);
  });

  test('a paused choice goes on with the models that it had, and gives the model of an undisturbed one', async () => {
    const recipe = choice({ ensemble: 'greedy' });
    const { id, runId } = await workspace.training.start(TrainRequest.parse({ recipe }));
    const finished = async () =>
      (await workspace.tracking.listRuns({ filter: `parentRunId = '${runId}'`, limit: 50 })).items.filter(
        ({ status }) => status === 'finished',
      );
    await expect.poll(async () => (await finished()).length, { timeout: 60_000 }).toBeGreaterThan(0);
    const paused = await workspace.jobs.pause(id);
    if (paused.state !== 'queued') throw new Error('the choice was over before it could be paused');
    const before = await finished();
    await workspace.jobs.resume(id);
    expect(await workspace.jobs.wait(id)).toMatchObject({ state: 'succeeded' });
    const after = await finished();
    for (const run of before) expect(after.find((one) => one.id === run.id)?.endedAtMs).toBe(run.endedAtMs);
    expect((await toldOf(runId ?? '')).model).toBe(mean.model);
  });
});

test('a stack is calibrated and given a threshold as a single model is', async () => {
  const recipe = choice(
    { ensemble: 'stack' },
    {
      target: { name: 'adelie', expression: "Species = 'Adelie'" },
      calibration: 'sigmoid',
      threshold: { by: 'f1' },
    },
  );
  const stack = await choose(recipe);
  expect(stack.board.auto).toMatchObject({ chosen: 'stack', members: expect.anything() });
  expect(stack.board.entries[0]?.title).toMatch(/^Stack of \d$/);
  expect(stack.run.metrics.accuracy?.last).toBeGreaterThan(0.9);
});

test('asked to finish, a choice keeps the best so far', async () => {
  const recipe = choice({ candidates: undefined, budgetSeconds: 600, trainers: ['linear', 'gbdt'] });
  const { id, runId } = await workspace.training.start(TrainRequest.parse({ recipe }));
  const trainerOfBest = async () =>
    (await workspace.training.leaderboard(runId ?? '')).auto?.members[0]?.trainer ?? 'prior';
  await expect.poll(trainerOfBest, { timeout: 120_000, interval: 500 }).not.toBe('prior');
  await workspace.jobs.finish(id);
  expect(await workspace.jobs.wait(id)).toMatchObject({ state: 'succeeded' });
  const { board } = await toldOf(runId ?? '');
  expect(board.auto.wasStopped).toBe(true);
  await expect(workspace.jobs.finish(id)).rejects.toMatchObject({ code: 'jobs/not-finishable' });
});

test('what does not go with a choice is refused before anything starts', async () => {
  const recipe = choice(
    { members: ['Tree'] },
    { tuning: { trials: 3 }, evaluation: { learningCurve: 3 }, trainer: { kind: 'gbdt' } },
  );
  const refused = await workspace.train({ recipe }).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: 'training/bad-recipe' });
  const paths = (refused as { problems: { path: string }[] }).problems.map(({ path }) => path);
  expect(paths).toEqual(['/recipe/tuning', '/recipe/evaluation/learningCurve', '/recipe/auto/members/0']);
});
