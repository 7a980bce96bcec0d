import type { TracingService } from '../../../engine/tracing/index.ts';
import type { TrackingService } from '../../../engine/tracking/index.ts';
import { requireExperiment } from './experiments.ts';
import { checkKey, tagValue } from './names.ts';

export type TraceServices = { tracing: TracingService; tracking: TrackingService };

export const traceBase = '/mlflow/traces';
/** Where the client uploads the spans when they are not sent as OTLP. */
const locationTag = 'mlflow.artifactLocation';

/** Long values are cut. Throws INVALID_PARAMETER_VALUE for a key that cannot be one. */
export function cutValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      checkKey('tags', key);
      return [key, tagValue(value)];
    }),
  );
}

/** The tag that names the place of a trace's files. Throws RESOURCE_DOES_NOT_EXIST. */
export async function locationOf(tracking: TrackingService, experimentId: string, traceId: string) {
  const { artifactLocation } = await requireExperiment(tracking, experimentId);
  return { [locationTag]: `${artifactLocation}/traces/${traceId}/artifacts` };
}
