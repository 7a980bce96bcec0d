import { type RunRecord, tagsOfColumns } from '../../../engine/tracking/index.ts';
import type { Run, RunStatus } from '../../contract/index.ts';
import { listOf, unlessEmpty } from './fields.ts';
import { wireNumber } from './real-number.ts';

/** Our statuses in MLflow's words, and their numbers. */
export const runStatuses: Record<RunStatus, string> = {
  running: 'RUNNING',
  scheduled: 'SCHEDULED',
  finished: 'FINISHED',
  failed: 'FAILED',
  killed: 'KILLED',
};
export const statusNumbers = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;

export function statusOf(name: keyof typeof statusNumbers): RunStatus {
  return name.toLowerCase() as RunStatus;
}

export function runInfoJson(run: Run & { artifactUri: string }): object {
  return {
    run_uuid: run.id,
    run_id: run.id,
    experiment_id: run.experimentId,
    run_name: run.name,
    user_id: run.user,
    status: runStatuses[run.status],
    start_time: run.startedAtMs,
    ...(run.endedAtMs === null ? {} : { end_time: run.endedAtMs }),
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.lifecycle,
  };
}

/** A run with its latest metrics, params and tags. A search leaves the models out that a run took. */
export function runJson(run: RunRecord, { withModelInputs }: { withModelInputs: boolean }): object {
  const metrics = Object.entries(run.metrics).map(([key, { last, timestampMs, step }]) => ({
    key,
    value: wireNumber(last),
    timestamp: timestampMs,
    step,
  }));
  const datasets = run.datasets.map(({ context, tags, ...dataset }) => ({
    ...unlessEmpty('tags', listOf(context === '' ? tags : { 'mlflow.data.context': context, ...tags })),
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      ...(dataset.schema === null ? {} : { schema: dataset.schema }),
      ...(dataset.profile === null ? {} : { profile: dataset.profile }),
    },
  }));
  const modelInputs = withModelInputs ? run.modelInputs.map((model_id) => ({ model_id })) : [];
  const modelOutputs = run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }));
  return {
    info: runInfoJson(run),
    data: {
      ...unlessEmpty('metrics', metrics),
      ...unlessEmpty('params', listOf(run.params)),
      ...unlessEmpty('tags', listOf({ ...run.tags, ...tagsOfColumns(run) })),
    },
    inputs: { ...unlessEmpty('dataset_inputs', datasets), ...unlessEmpty('model_inputs', modelInputs) },
    outputs: unlessEmpty('model_outputs', modelOutputs),
  };
}
