import type { Workspace } from '../../../engine/index.ts';
import { artifactProxyEndpoints, runArtifactEndpoints } from './artifacts.ts';
import { assessmentEndpoints } from './assessments.ts';
import type { MlflowEndpoint } from './endpoint.ts';
import { experimentEndpoints } from './experiments.ts';
import { loggedModelEndpoints } from './logged-models.ts';
import { metricHistoryEndpoints } from './metric-history.ts';
import { modelVersionEndpoints } from './model-versions.ts';
import { otlpEndpoints } from './otlp.ts';
import { registeredModelEndpoints } from './registered-models.ts';
import { runLineageEndpoints } from './run-lineage.ts';
import { runLoggingEndpoints } from './run-logging.ts';
import { runEndpoints } from './runs.ts';
import { serverInfoEndpoints } from './server-info.ts';
import { traceLabelEndpoints } from './trace-labels.ts';
import { traceEndpoints } from './traces.ts';
import { traceV2Endpoints } from './traces-v2.ts';
import { webhookEndpoints } from './webhooks.ts';

export { answerMlflowFaults, serveMlflow } from './bind.ts';

/** MLflow's REST API over the services of an open workspace. */
export function mlflowEndpoints(workspace: Workspace): MlflowEndpoint[] {
  const { models, tracing, tracking, webhooks } = workspace;
  return [
    ...serverInfoEndpoints,
    ...experimentEndpoints(tracking),
    ...runEndpoints(tracking),
    ...runLoggingEndpoints(tracking),
    ...metricHistoryEndpoints(tracking),
    ...runLineageEndpoints(tracking),
    ...loggedModelEndpoints(workspace),
    ...artifactProxyEndpoints(workspace),
    ...runArtifactEndpoints(workspace),
    ...registeredModelEndpoints(models),
    ...modelVersionEndpoints(models, tracking),
    ...traceEndpoints(workspace),
    ...traceLabelEndpoints(workspace),
    ...traceV2Endpoints(workspace),
    ...assessmentEndpoints(tracing),
    ...otlpEndpoints(tracing),
    ...webhookEndpoints(webhooks),
  ];
}
