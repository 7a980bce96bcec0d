import { z } from 'zod';
import type { RunDataset, TrackingService } from '../../../engine/tracking/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { recordOf, tags } from './fields.ts';
import { int64, message, repeated, required, text } from './message.ts';
import { checkLength, maxTagLength } from './names.ts';
import { runIdOf, runRef } from './runs.ts';

const contextTag = 'mlflow.data.context';
const historyTag = 'mlflow.log-model.history';

const Dataset = message({
  name: required(text()),
  digest: required(text()),
  source_type: required(text()),
  source: required(text()),
  schema: text(),
  profile: text(),
});
const DatasetInput = message({ tags: tags(), dataset: Dataset });

/** What the JSON of a model has to hold, of which the rest is kept as it is. */
const ModelJson = z.looseObject({
  artifact_path: z.string(),
  flavors: z.record(z.string(), z.unknown()),
  utc_time_created: z.string(),
  run_id: z.string(),
});

function datasetOf({ dataset, tags: list }: z.output<typeof DatasetInput>, index: number): RunDataset {
  const path = `datasets[${index}]`;
  checkLength(`${path}.dataset.name`, dataset.name, 500);
  checkLength(`${path}.dataset.digest`, dataset.digest, 36);
  checkLength(`${path}.dataset.source`, dataset.source, 65_535);
  checkLength(`${path}.dataset.schema`, dataset.schema, 1_048_575);
  checkLength(`${path}.dataset.profile`, dataset.profile, 16_777_215);
  for (const { key, value } of list) {
    checkLength(`${path}.tags.key`, key, 255);
    checkLength(`${path}.tags.value`, value, 500);
  }
  const { [contextTag]: context = '', ...rest } = recordOf(list);
  return {
    name: dataset.name,
    digest: dataset.digest,
    sourceType: dataset.source_type,
    source: dataset.source,
    schema: dataset.schema ?? null,
    profile: dataset.profile ?? null,
    context,
    tags: rest,
  };
}

function parsedModel(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidParameter('Malformed model info: model_json is not JSON.');
  }
  const parsed = ModelJson.safeParse(value);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw invalidParameter(`Model json is missing mandatory fields: ${missing}.`);
}

function historyOf(text: string | undefined): unknown[] {
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** What a run took and made: datasets, models, and the models that old clients tell of. */
export function runLineageEndpoints(tracking: TrackingService): MlflowEndpoint[] {
  return [
    rpc(
      'POST',
      '/mlflow/runs/log-inputs',
      message({
        ...runRef,
        datasets: repeated(DatasetInput),
        models: repeated(message({ model_id: required(text()) })),
      }),
      async (input) => {
        await tracking.logInputs(runIdOf(input), {
          datasets: input.datasets.map(datasetOf),
          modelIds: input.models.map(({ model_id: id }) => id),
        });
        return {};
      },
    ),
    rpc(
      'POST',
      '/mlflow/runs/outputs',
      message({ ...runRef, models: repeated(message({ model_id: required(text()), step: int64() })) }),
      async (input) => {
        if (input.models.length === 0)
          throw invalidParameter("Missing value for required parameter 'models'.");
        await tracking.logOutputs(
          runIdOf(input),
          input.models.map(({ model_id: modelId, step = 0 }) => ({ modelId, step })),
        );
        return {};
      },
    ),
    rpc(
      'POST',
      '/mlflow/runs/log-model',
      message({ ...runRef, model_json: required(text()) }),
      async (input) => {
        const id = runIdOf(input);
        const model = parsedModel(input.model_json);
        const { tags: before } = await tracking.getRun(id);
        const history = [...historyOf(before[historyTag]), model];
        // Cut in the middle it would be no list any more: the oldest go instead.
        while (history.length > 1 && JSON.stringify(history).length > maxTagLength) history.shift();
        await tracking.log(id, { metrics: [], params: {}, tags: { [historyTag]: JSON.stringify(history) } });
        return {};
      },
    ),
  ];
}
