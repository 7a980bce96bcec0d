import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type DatasetProfile,
  type DatasetVersion,
  Recipe,
  type Run,
  recipeOfTrial,
  type TrainerInfo,
  TrialValues,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { readRunText, runFiles } from '../runs/artifacts/run-files.ts';
import { isNested } from '../runs/nested.ts';

export type TrainingData = {
  version: DatasetVersion;
  profile: DatasetProfile;
  trainers: readonly TrainerInfo[];
};

/** All that the form needs to know of a dataset version, in one answer. */
export function useTrainingData(versionId: string | undefined) {
  return useQuery({
    queryKey: keys.part('dataset-versions', versionId ?? '', 'for training'),
    queryFn: async ({ signal }): Promise<TrainingData> => {
      const params = { versionId: versionId ?? '' };
      const [version, profile, trainers] = await Promise.all([
        client.datasets.version({ params, signal }),
        client.datasetProfiles.get({ params, signal }),
        client.training.trainers({ signal }),
      ]);
      return { version, profile, trainers: trainers.items };
    },
    enabled: versionId !== undefined,
  });
}

export type RepeatedRun = { recipe: Recipe; experiment: string; name: string };

/** The recipe of a run that is to be repeated, of a part of a search that of this part; null when none is known. */
export function useRepeatedRun(runId: string | undefined) {
  return useQuery({
    queryKey: keys.part('runs', runId ?? '', 'to repeat'),
    queryFn: async ({ signal }): Promise<RepeatedRun | null> => {
      const id = runId ?? '';
      const run = await client.runs.get({ params: { runId: id }, signal });
      const recipe = isNested(run) ? await recipeOfPart(run, signal) : await recipeOfRun(id, signal);
      if (recipe === null) return null;
      const experiment = await client.experiments.get({ params: { experimentId: run.experimentId }, signal });
      return { recipe, experiment: experiment.name, name: run.name };
    },
    enabled: runId !== undefined,
  });
}

async function recipeOfRun(runId: string, signal: AbortSignal): Promise<Recipe | null> {
  const text = await readRunText(runId, runFiles.recipe, signal);
  return text === null ? null : Recipe.parse(JSON.parse(text));
}

const JobInput = z.object({ recipe: Recipe });

/** What a trial, fold or model was fitted by: the job of the whole knows the recipe, the run its own settings. */
async function recipeOfPart({ jobId, tags }: Run, signal: AbortSignal): Promise<Recipe | null> {
  if (jobId === null) return null;
  const { input } = await client.jobs.get({ params: { jobId }, signal });
  const { recipe } = JobInput.parse(input);
  return recipeOfTrial(recipe, TrialValues.parse(JSON.parse(tags['assay.trial.values'] ?? '{}')));
}

/** Experiments by name, for the picker. */
export function useExperimentChoices() {
  const query = { limit: 200 };
  return useQuery({
    queryKey: keys.list('experiments', query),
    queryFn: ({ signal }) => client.experiments.list({ query, signal }),
  });
}

/** Names of the targets that models can be trained on. */
export function useTrainingTargets() {
  return useQuery({
    queryKey: ['targets', 'for training'],
    queryFn: async ({ signal }): Promise<string[]> => {
      const [kinds, targets] = await Promise.all([
        client.targets.kinds({ signal }),
        client.targets.list({ signal }),
      ]);
      const able = new Set(kinds.items.filter(({ canTrain }) => canTrain).map(({ kind }) => kind));
      return targets.items.filter(({ kind }) => able.has(kind)).map(({ name }) => name);
    },
  });
}
