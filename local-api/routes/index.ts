import type { Workspace } from '../../engine/index.ts';
import { asyncPredictionRoutes } from './async-predictions.ts';
import { batchPredictionRoutes } from './batch-predictions.ts';
import { bundleRoutes, keyRoutes } from './bundles.ts';
import { comparisonRoutes } from './comparison.ts';
import { connectionRoutes } from './connections.ts';
import { dataSchemaRoutes, dataValidationRoutes } from './data-validations.ts';
import { datasetProfileRoutes } from './dataset-profiles.ts';
import {
  dataExportRoutes,
  datasetDiffRoutes,
  datasetRemoteRoutes,
  datasetVersionRoutes,
} from './dataset-versions.ts';
import { datasetRoutes, uploadRoutes } from './datasets.ts';
import { deploymentRoutes } from './deployments.ts';
import { driftReportRoutes } from './drift-reports.ts';
import { driftSeriesRoutes } from './drift-series.ts';
import { dvcRoutes } from './dvc.ts';
import { servingEndpointRoutes } from './endpoints.ts';
import { eventRoutes } from './events.ts';
import { experimentRoutes } from './experiments.ts';
import { explanationRoutes } from './explanations.ts';
import type { Implementation } from './implement.ts';
import { jobRoutes } from './jobs.ts';
import { lineageRoutes } from './lineage.ts';
import { modelImportRoutes } from './model-imports.ts';
import { modelCardRoutes, modelRoutes, predictionRoutes } from './models.ts';
import { monitorAlertRoutes, monitorRoutes } from './monitors.ts';
import { releaseRoutes } from './releases.ts';
import { reportExportRoutes } from './report-exports.ts';
import { reproductionRoutes } from './reproduction.ts';
import { runControlRoutes } from './run-control.ts';
import { runImportRoutes } from './run-imports.ts';
import { runObjectRoutes } from './run-objects.ts';
import { runExportRoutes, runGroupRoutes, runRoutes, runTagRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { settingsRoutes } from './settings.ts';
import { studyRoutes } from './studies.ts';
import { pushRoutes, targetRoutes } from './targets.ts';
import { traceRoutes } from './traces.ts';
import { trainingRoutes } from './training.ts';
import { transformRoutes } from './transforms.ts';
import { versionComparisonRoutes } from './version-comparison.ts';
import { viewRoutes } from './views.ts';
import { webhookRoutes } from './webhooks.ts';
import { workspaceRoutes } from './workspace.ts';

/** The contract over the services of an open workspace. */
export function createRoutes(workspace: Workspace): Implementation {
  const { artifacts, data, drift, events, jobs, models, serving, settings, tracking, tracing, training } =
    workspace;
  return {
    workspace: workspaceRoutes(workspace),
    datasets: datasetRoutes(data),
    datasetVersions: datasetVersionRoutes(data),
    datasetDiffs: datasetDiffRoutes(workspace.datasetDiffs),
    dataExports: dataExportRoutes(workspace.dataExports),
    datasetRemotes: datasetRemoteRoutes(workspace.datasetRemotes),
    datasetProfiles: datasetProfileRoutes(workspace.profiles),
    uploads: uploadRoutes(data),
    dvc: dvcRoutes(workspace.dvc),
    connections: connectionRoutes(workspace.connections),
    dataSchemas: dataSchemaRoutes(workspace.validation),
    dataValidations: dataValidationRoutes(workspace.validation),
    transforms: transformRoutes(workspace.transforms),
    lineage: lineageRoutes(workspace.lineage),
    experiments: experimentRoutes(tracking),
    runs: runRoutes(tracking, artifacts),
    runGroups: runGroupRoutes(tracking),
    runTags: runTagRoutes(tracking),
    runExports: runExportRoutes(tracking, workspace.exchange),
    comparison: comparisonRoutes(workspace.comparison),
    runControl: runControlRoutes(workspace.runControl),
    runLineage: { get: ({ params }) => workspace.runLineage(params.runId) },
    reproduction: reproductionRoutes(workspace.reproduction),
    runObjects: runObjectRoutes(workspace.runObjects, tracking),
    runImports: runImportRoutes(workspace.exchange),
    views: viewRoutes(tracking),
    training: trainingRoutes(training, jobs),
    studies: studyRoutes(training, workspace.comparison),
    traces: traceRoutes(tracing),
    models: modelRoutes(models, artifacts, workspace.bundles),
    bundles: bundleRoutes(workspace.bundles),
    keys: keyRoutes(workspace.bundles),
    deployments: deploymentRoutes(workspace.deployments),
    modelCards: modelCardRoutes(models),
    modelImports: modelImportRoutes(workspace.modelImports),
    releases: releaseRoutes(workspace.releases),
    versionComparison: versionComparisonRoutes(workspace.versionComparer),
    predictions: predictionRoutes(serving, models),
    batchPredictions: batchPredictionRoutes(workspace.batches, artifacts),
    asyncPredictions: asyncPredictionRoutes(workspace.asyncPredictions),
    schedules: scheduleRoutes(workspace.schedules),
    targets: targetRoutes(workspace.remotes),
    pushes: pushRoutes(workspace.remotes),
    endpoints: servingEndpointRoutes(workspace.endpoints, models),
    driftReports: driftReportRoutes(drift),
    driftSeries: driftSeriesRoutes(workspace.driftSeries),
    monitors: monitorRoutes(workspace.monitors),
    monitorAlerts: monitorAlertRoutes(workspace.monitors),
    reportExports: reportExportRoutes(drift, workspace.validation),
    explanations: explanationRoutes(workspace.explanations),
    jobs: jobRoutes(jobs),
    events: eventRoutes(events),
    webhooks: webhookRoutes(workspace.webhooks),
    settings: settingsRoutes(settings),
  };
}
