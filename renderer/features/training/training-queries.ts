import { useQuery } from '@tanstack/react-query';
import {
  type DatasetProfile,
  type DatasetVersion,
  Recipe,
  type TrainerInfo,
} from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { readRunText, runFiles } from '../runs/artifacts/run-files.ts';

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
        client.datasets.profile({ params, signal }),
        client.training.trainers({ signal }),
      ]);
      return { version, profile, trainers: trainers.items };
    },
    enabled: versionId !== undefined,
  });
}

export type RepeatedRun = { recipe: Recipe; experiment: string; name: string };

/** The recipe of a run that is to be repeated; null when the run holds none. */
export function useRepeatedRun(runId: string | undefined) {
  return useQuery({
    queryKey: keys.part('runs', runId ?? '', 'to repeat'),
    queryFn: async ({ signal }): Promise<RepeatedRun | null> => {
      const id = runId ?? '';
      const [run, text] = await Promise.all([
        client.runs.get({ params: { runId: id }, signal }),
        readRunText(id, runFiles.recipe, signal),
      ]);
      if (text === null) return null;
      const experiment = await client.experiments.get({ params: { experimentId: run.experimentId }, signal });
      return { recipe: Recipe.parse(JSON.parse(text)), experiment: experiment.name, name: run.name };
    },
    enabled: runId !== undefined,
  });
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
