import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFiles } from '../../../../engine/training/index.ts';
import {
  Recipe,
  type RecipeInput,
  StudyReport,
  TrainRequest,
  TrialRecord,
  type TuningInput,
  ValidationReport,
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

const space = {
  'trainer.learningRate': { type: 'log', low: 0.02, high: 0.5 },
  'trainer.leaves': { type: 'int', low: 2, high: 8 },
} as const;

/** A small search of trees that tell the species. */
function searchOf(tuning: TuningInput, changes: Partial<RecipeInput> = {}): RecipeInput {
  return {
    task: 'classification',
    dataset: penguins,
    target: { column: 'Species' },
    trainer: { kind: 'gbdt', trees: 30, minLeafRows: 5 },
    validation: { kind: 'kfold', folds: 3 },
    tuning: { space, trials: 5, ...tuning },
    ...changes,
  };
}

async function jsonOf(runId: string, path: string): Promise<unknown> {
  const { digest } = await workspace.tracking.findArtifact(runId, path);
  return JSON.parse((await workspace.artifacts.read(digest)).toString('utf8'));
}

async function trialRuns(runId: string) {
  return (await workspace.tracking.listRuns({ filter: `parentRunId = '${runId}'`, limit: 200 })).items;
}

async function trialsOf(runId: string) {
  const items = await trialRuns(runId);
  const trials = await Promise.all(
    items.map(async (run) => ({ run, record: TrialRecord.parse(await jsonOf(run.id, 'trial.json')) })),
  );
  return trials.sort((a, b) => a.record.trial - b.record.trial);
}

async function search(recipe: RecipeInput) {
  const { job } = await workspace.train({ recipe });
  if (job.state !== 'succeeded') throw new Error(JSON.stringify(job.error));
  const runId = job.runId ?? '';
  return {
    job,
    runId,
    run: await workspace.tracking.getRun(runId),
    study: StudyReport.parse(await jsonOf(runId, 'study.json')),
    trials: await trialsOf(runId),
    model: (await workspace.tracking.findArtifact(runId, runFiles.model)).digest,
  };
}

describe('a search', () => {
  let found: Awaited<ReturnType<typeof search>>;
  beforeAll(async () => {
    found = await search(searchOf({ method: { kind: 'tpe', startup: 3 }, batch: 2 }));
  });

  test('has every trial as a run below it, with its settings, means, errors, times and a point a fold', async () => {
    expect(found.trials.map(({ record }) => record.trial)).toEqual([0, 1, 2, 3, 4]);
    for (const { run, record } of found.trials) {
      expect(run).toMatchObject({ status: 'finished', parentRunId: found.runId });
      expect(run.params?.['trainer.leaves']).toBe(String(record.values['trainer.leaves']));
      expect(Object.keys(run.metrics ?? {})).toEqual(
        expect.arrayContaining(['log_loss', 'log_loss_se', 'fit_seconds', 'latency_ms', 'model_bytes']),
      );
      expect(run.metrics?.fold_log_loss?.count).toBe(3);
      expect(record.rungs[0]?.folds).toHaveLength(3);
    }
  });

  test('gives the model of its best trial, with the figures of its folds', async () => {
    const losses = found.trials.map(({ record }) => record.rungs[0]?.losses?.[0] ?? Number.NaN);
    expect(found.study.best).toBe(losses.indexOf(Math.min(...losses)));
    const validation = ValidationReport.parse(await jsonOf(found.runId, 'validation.json'));
    expect(found.run.metrics.cv_log_loss?.last).toBeCloseTo(Math.min(...losses), 12);
    expect(validation.metrics.log_loss?.mean).toBeCloseTo(Math.min(...losses), 12);
    expect(found.run.params).toMatchObject({
      'best.trial': String(found.study.best + 1),
      'best.trainer.leaves': String(found.study.values['trainer.leaves']),
    });
    expect(found.run.metrics.accuracy?.last).toBeGreaterThan(0.9);
  });

  test('gives the same trials and the same model with two workers as with one', async () => {
    const again = await search(
      searchOf({ method: { kind: 'tpe', startup: 3 }, batch: 2 }, { limits: { workers: 2 } }),
    );
    const told = ({ trials }: typeof found) =>
      trials.map(({ record: { values, rungs } }) => ({ values, folds: rungs[0]?.folds }));
    expect(told(again)).toEqual(told(found));
    expect(again.model).toBe(found.model);
  });
});

test('a paused search keeps its finished trials, and gives the same model when it goes on', async () => {
  const recipe = searchOf({ method: { kind: 'random' }, trials: 6 });
  const undisturbed = await search(recipe);
  const { id: jobId, runId } = await workspace.training.start(TrainRequest.parse({ recipe }));
  await expect
    .poll(async () => (await trialRuns(runId ?? '')).filter(({ status }) => status === 'finished').length, {
      timeout: 60_000,
    })
    .toBeGreaterThan(0);
  const paused = await workspace.jobs.pause(jobId);
  if (paused.state !== 'queued') throw new Error('the search was over before it could be paused');
  expect(paused.isPaused).toBe(true);
  expect((await workspace.tracking.getRun(runId ?? '')).status).toBe('scheduled');
  await expect(workspace.jobs.pause(jobId)).resolves.toMatchObject({ isPaused: true });
  const before = (await trialRuns(runId ?? '')).filter(({ status }) => status === 'finished');

  await workspace.jobs.resume(jobId);
  expect(await workspace.jobs.wait(jobId)).toMatchObject({ state: 'succeeded', attempt: 1 });
  const after = await trialRuns(runId ?? '');
  expect(after).toHaveLength(6);
  for (const { id, endedAtMs } of before) {
    expect(after.find((run) => run.id === id)?.endedAtMs).toBe(endedAtMs);
  }
  const model = await workspace.tracking.findArtifact(runId ?? '', runFiles.model);
  expect(model.digest).toBe(undisturbed.model);
});

test('halving cuts trials off at small budgets, and tells of every rung', async () => {
  const { trials, study } = await search(
    searchOf({ method: { kind: 'halving' }, trials: 9 }, { validation: { kind: 'holdout' } }),
  );
  expect(trials.map(({ record }) => record.rungs.length).sort()).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 3]);
  expect(study.counts).toMatchObject({ complete: 1, pruned: 8 });
  const whole = trials.find(({ record }) => record.rungs.length === 3);
  expect(whole?.run.metrics?.log_loss?.count).toBe(3);
  expect(whole?.record.rungs.map(({ folds }) => (folds[0]?.rounds ?? 0) <= 30)).toEqual([true, true, true]);
});

test('with two objectives keeps the front, and conditional settings reach their trainer', async () => {
  const { study, trials } = await search(
    searchOf({
      method: { kind: 'random' },
      trials: 6,
      objectives: [{ metric: 'log_loss' }, { metric: 'model_bytes' }],
      space: {
        'trainer.kind': { type: 'choice', options: ['gbdt', 'linear'] },
        'trainer.trees': { type: 'int', low: 2, high: 20, when: { 'trainer.kind': 'gbdt' } },
        'trainer.l2': { type: 'log', low: 0.01, high: 10, when: { 'trainer.kind': 'linear' } },
      },
    }),
  );
  expect(study.front).toContain(study.best);
  expect(new Set(trials.map(({ run }) => run.params?.trainer))).toEqual(new Set(['gbdt', 'linear']));
  for (const { run, record } of trials) {
    const { 'trainer.trees': trees, 'trainer.l2': l2 } = record.values;
    if (run.params?.trainer === 'gbdt') expect(run.params['trainer.trees']).toBe(String(trees));
    else expect(Number(run.params?.['trainer.l2'])).toBeCloseTo(Number(l2), 12);
  }
});

test('a nested validation searches within each outer fold and scores what it finds on the fold', async () => {
  const kfold = { kind: 'kfold', folds: 2 } as const;
  const { runId, run } = await search(
    searchOf(
      { method: { kind: 'random' }, trials: 2 },
      { validation: { kind: 'nested', outer: kfold, inner: kfold } },
    ),
  );
  const trials = await trialsOf(runId);
  expect(trials.map(({ record }) => record.outer).filter((outer) => outer !== null)).toHaveLength(4);
  const { folds, scheme } = ValidationReport.parse(await jsonOf(runId, 'validation.json'));
  expect(scheme).toMatchObject(kfold);
  expect(folds).toHaveLength(2);
  expect(run.metrics.cv_accuracy?.last).toBeGreaterThan(0.8);
});

test('when the time is up it uses what it has, and its recipe repeats that', async () => {
  const timed = await search(
    searchOf({ method: { kind: 'random' }, trials: 10_000, seconds: 1 }, { validation: { kind: 'holdout' } }),
  );
  expect(timed.study.timeWasUp).toBe(true);
  const recipe = Recipe.parse(await jsonOf(timed.runId, runFiles.recipe));
  expect(recipe.tuning).toMatchObject({ fits: timed.study.fits });
  expect(recipe.tuning?.seconds).toBeUndefined();
  const again = await search(recipe);
  expect(again.study.best).toBe(timed.study.best);
  expect(again.model).toBe(timed.model);
});

test('settings that no recipe has, and bounds that they do not take, are all told before anything starts', async () => {
  const recipe = searchOf({
    space: {
      'trainer.laerningRate': { type: 'float', low: 0, high: 1 },
      'trainer.leaves': { type: 'int', low: 1, high: 8 },
      'split.test': { type: 'float', low: 0.1, high: 0.2 },
    },
  });
  const refused = workspace.train({ recipe });
  await expect(refused).rejects.toMatchObject({ code: 'training/bad-recipe' });
  const problems = await refused.catch((thrown: { problems: { path: string }[] }) => thrown.problems);
  expect(Array.isArray(problems) && problems.map(({ path }) => path)).toEqual([
    '/recipe/tuning/space/trainer.laerningRate',
    '/recipe/tuning/space/trainer.leaves',
    '/recipe/tuning/space/split.test',
  ]);
});
