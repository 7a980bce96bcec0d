import type { TrackingService } from '../../../engine/tracking/index.ts';
import type { MetricPoint } from '../../contract/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { recordOf, Tag } from './fields.ts';
import { double, int64, message, repeated, required, text } from './message.ts';
import { keyFault, paramValue, tagValue } from './names.ts';
import { engineNumber } from './real-number.ts';
import { runIdOf, runRef } from './runs.ts';

const metricFields = {
  key: required(text()),
  value: required(double()),
  timestamp: required(int64()),
  step: int64(),
  model_id: text(),
  dataset_name: text(),
  dataset_digest: text(),
};
const Metric = message(metricFields);
type Metric = {
  key: string;
  value: number;
  timestamp: number;
  step: number | undefined;
  model_id: string | undefined;
  dataset_name: string | undefined;
  dataset_digest: string | undefined;
};

const limits = { metrics: 1000, params: 100, tags: 100, all: 1000 };

function pointOf({ key, value, timestamp, step = 0 }: Metric): MetricPoint {
  return { key, value: engineNumber(value), timestampMs: timestamp, step };
}

/** Points that were logged about a logged model, which are kept with it too. */
function modelPoints(metrics: readonly Metric[]) {
  return metrics.flatMap((metric) => {
    const { model_id: modelId, dataset_name: datasetName = '', dataset_digest: datasetDigest = '' } = metric;
    return modelId ? [{ modelId, datasetName, datasetDigest, ...pointOf(metric) }] : [];
  });
}

/** All faults of names and times at once, in MLflow's way of naming elements. Throws INVALID_PARAMETER_VALUE. */
function checkEntries(
  lists: Record<string, readonly { key: string; timestamp?: number }[]>,
  pathOf: (list: string, index: number) => string,
): void {
  const faults: string[] = [];
  // A batch is often a thousand points of a few keys.
  const sound = new Set<string>();
  for (const [name, list] of Object.entries(lists)) {
    for (const [index, { key, timestamp = 0 }] of list.entries()) {
      const path = pathOf(name, index);
      const fault = sound.has(key) ? null : keyFault(key);
      if (fault === null) sound.add(key);
      if (fault !== null)
        faults.push(`Invalid value "${key.slice(0, 300)}" for parameter '${path}key': it ${fault}.`);
      if (timestamp < 0)
        faults.push(`Invalid value ${timestamp} for parameter '${path}timestamp': it is before 1970.`);
    }
  }
  if (faults.length > 0) throw invalidParameter(faults.slice(0, 20).join(' '));
}

/** The endpoints by which a script says what happens in its run: the hot path. */
export function runLoggingEndpoints(tracking: TrackingService): MlflowEndpoint[] {
  const log = async (
    runId: string,
    metrics: readonly Metric[],
    params: object,
    tags: object,
  ): Promise<void> => {
    await tracking.log(runId, {
      metrics: metrics.map(pointOf),
      params: Object.fromEntries(Object.entries(params)),
      tags: Object.fromEntries(Object.entries(tags)),
    });
    const ofModels = modelPoints(metrics);
    if (ofModels.length > 0) await tracking.logModelMetrics(runId, ofModels);
  };
  const entry = message({ ...runRef, key: required(text()), value: text() });

  return [
    rpc('POST', '/mlflow/runs/log-metric', message({ ...runRef, ...metricFields }), async (input) => {
      checkEntries({ metric: [input] }, () => '');
      await log(runIdOf(input), [input], {}, {});
      return {};
    }),
    rpc('POST', '/mlflow/runs/log-parameter', entry, async (input) => {
      checkEntries({ param: [input] }, () => '');
      await log(runIdOf(input), [], { [input.key]: paramValue(input.value ?? '') }, {});
      return {};
    }),
    rpc('POST', '/mlflow/runs/set-tag', entry, async (input) => {
      checkEntries({ tag: [input] }, () => '');
      await log(runIdOf(input), [], {}, { [input.key]: tagValue(input.value ?? '') });
      return {};
    }),
    rpc(
      'POST',
      '/mlflow/runs/log-batch',
      message({ ...runRef, metrics: repeated(Metric), params: repeated(Tag), tags: repeated(Tag) }),
      async (input) => {
        const { metrics, params, tags } = input;
        checkCounts(metrics.length, params.length, tags.length);
        checkEntries({ metrics, params, tags }, (name, index) => `${name}[${index}].`);
        const repeatedKey = params.find(
          ({ key }, i) => params.findIndex((other) => other.key === key) !== i,
        )?.key;
        if (repeatedKey !== undefined) {
          throw invalidParameter(`Duplicate parameter keys have been submitted: ${repeatedKey}.`);
        }
        const cut = (record: Record<string, string>, by: (value: string) => string) =>
          Object.fromEntries(Object.entries(record).map(([key, value]) => [key, by(value)]));
        await log(runIdOf(input), metrics, cut(recordOf(params), paramValue), cut(recordOf(tags), tagValue));
        return {};
      },
    ),
  ];
}

function checkCounts(metrics: number, params: number, tags: number): void {
  const tooMany = [
    [`metrics`, metrics, limits.metrics] as const,
    [`params`, params, limits.params] as const,
    [`tags`, tags, limits.tags] as const,
    [`metrics, params and tags together`, metrics + params + tags, limits.all] as const,
  ].filter(([, count, limit]) => count > limit);
  if (tooMany.length === 0) return;
  const faults = tooMany.map(([what, count, limit]) => `at most ${limit} ${what} (${count} were sent)`);
  throw invalidParameter(`A batch logging request can contain ${faults.join(', and ')}.`);
}
