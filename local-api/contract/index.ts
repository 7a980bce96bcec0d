/** The whole surface of the local API, in the order of the documentation. Adding a resource is adding a line here. */
import { asyncPredictionsApi } from './async-predictions.ts';
import { batchPredictionsApi } from './batch-predictions.ts';
import { bundlesApi, keysApi } from './bundles.ts';
import { comparisonApi } from './comparison.ts';
import { connectionsApi } from './connections.ts';
import { dataExportsApi } from './data-exports.ts';
import { dataSchemasApi } from './data-schemas.ts';
import { dataValidationsApi } from './data-validations.ts';
import { datasetDiffsApi } from './dataset-diffs.ts';
import { datasetProfilesApi } from './dataset-profiles.ts';
import { datasetRemotesApi } from './dataset-remotes.ts';
import { datasetVersionsApi } from './dataset-versions.ts';
import { datasetsApi, uploadsApi } from './datasets.ts';
import { deploymentsApi } from './deployments.ts';
import { driftReportsApi } from './drift-reports.ts';
import { driftSeriesApi } from './drift-series.ts';
import { dvcApi } from './dvc.ts';
import { servingEndpointsApi } from './endpoints.ts';
import { eventsApi } from './events.ts';
import { experimentsApi } from './experiments.ts';
import { explanationsApi } from './explanations.ts';
import { jobsApi } from './jobs.ts';
import { lineageApi } from './lineage.ts';
import { modelCardsApi } from './model-cards.ts';
import { modelImportsApi } from './model-imports.ts';
import { modelsApi, predictionsApi } from './models.ts';
import { monitorAlertsApi } from './monitor-alerts.ts';
import { monitorsApi } from './monitors.ts';
import { releasesApi } from './releases.ts';
import { reportExportsApi } from './report-exports.ts';
import { reproductionApi } from './reproduction.ts';
import { runControlApi } from './run-control.ts';
import { runExportsApi } from './run-exports.ts';
import { runGroupsApi } from './run-groups.ts';
import { runImportsApi } from './run-imports.ts';
import { runLineageApi } from './run-lineage.ts';
import { runObjectsApi } from './run-objects.ts';
import { runTagsApi } from './run-tags.ts';
import { runsApi } from './runs.ts';
import { schedulesApi } from './schedules.ts';
import { settingsApi } from './settings.ts';
import { studiesApi } from './studies.ts';
import { pushesApi, targetsApi } from './targets.ts';
import { tracesApi } from './traces.ts';
import { trainingApi } from './training.ts';
import { transformsApi } from './transforms.ts';
import { versionComparisonApi } from './version-comparison.ts';
import { viewsApi } from './views.ts';
import { webhooksApi } from './webhooks.ts';
import { workspaceApi } from './workspace.ts';

export const api = {
  workspace: workspaceApi,
  datasets: datasetsApi,
  datasetVersions: datasetVersionsApi,
  datasetDiffs: datasetDiffsApi,
  dataExports: dataExportsApi,
  datasetRemotes: datasetRemotesApi,
  datasetProfiles: datasetProfilesApi,
  uploads: uploadsApi,
  dvc: dvcApi,
  connections: connectionsApi,
  dataSchemas: dataSchemasApi,
  dataValidations: dataValidationsApi,
  transforms: transformsApi,
  lineage: lineageApi,
  experiments: experimentsApi,
  runs: runsApi,
  runGroups: runGroupsApi,
  runTags: runTagsApi,
  runExports: runExportsApi,
  comparison: comparisonApi,
  runControl: runControlApi,
  runLineage: runLineageApi,
  reproduction: reproductionApi,
  runImports: runImportsApi,
  runObjects: runObjectsApi,
  views: viewsApi,
  training: trainingApi,
  studies: studiesApi,
  traces: tracesApi,
  models: modelsApi,
  modelCards: modelCardsApi,
  modelImports: modelImportsApi,
  releases: releasesApi,
  versionComparison: versionComparisonApi,
  bundles: bundlesApi,
  deployments: deploymentsApi,
  keys: keysApi,
  predictions: predictionsApi,
  batchPredictions: batchPredictionsApi,
  asyncPredictions: asyncPredictionsApi,
  schedules: schedulesApi,
  targets: targetsApi,
  pushes: pushesApi,
  endpoints: servingEndpointsApi,
  driftReports: driftReportsApi,
  driftSeries: driftSeriesApi,
  monitors: monitorsApi,
  monitorAlerts: monitorAlertsApi,
  reportExports: reportExportsApi,
  explanations: explanationsApi,
  jobs: jobsApi,
  events: eventsApi,
  webhooks: webhooksApi,
  settings: settingsApi,
};

export * from './async-predictions.ts';
export * from './batch-predictions.ts';
export * from './bundles.ts';
export * from './coefficients.ts';
export * from './columns.ts';
export * from './common.ts';
export * from './comparison.ts';
export * from './connections.ts';
export * from './data-exports.ts';
export * from './data-schema-rules.ts';
export * from './data-schemas.ts';
export * from './data-validations.ts';
export * from './dataset-diffs.ts';
export * from './dataset-profiles.ts';
export * from './dataset-remotes.ts';
export * from './dataset-sources.ts';
export * from './dataset-versions.ts';
export * from './datasets.ts';
export * from './deployments.ts';
export * from './drift-columns.ts';
export * from './drift-methods.ts';
export * from './drift-reports.ts';
export * from './drift-sections.ts';
export * from './drift-series.ts';
export * from './drift-windows.ts';
export * from './dvc.ts';
export * from './embedding-drift.ts';
export * from './endpoint.ts';
export * from './endpoint-routes.ts';
export * from './endpoints.ts';
export * from './errors.ts';
export * from './evaluation.ts';
export * from './events.ts';
export * from './experiments.ts';
export * from './explanations.ts';
export * from './guess-task.ts';
export * from './jobs.ts';
export * from './lineage.ts';
export * from './metric-direction.ts';
export * from './model-cards.ts';
export * from './model-imports.ts';
export * from './models.ts';
export * from './monitor-alerts.ts';
export * from './monitors.ts';
export * from './recipe.ts';
export * from './recipe-of-trial.ts';
export * from './release-policy.ts';
export * from './releases.ts';
export * from './report-exports.ts';
export * from './reproduction.ts';
export * from './request-checks.ts';
export { wordsOfRule } from './rule-words.ts';
export * from './run-control.ts';
export * from './run-exports.ts';
export * from './run-groups.ts';
export * from './run-imports.ts';
export * from './run-lineage.ts';
export * from './run-objects.ts';
export * from './run-tags.ts';
export * from './runs.ts';
export * from './schedules.ts';
export * from './settings.ts';
export * from './studies.ts';
export * from './targets.ts';
export * from './traces.ts';
export * from './training.ts';
export * from './transforms.ts';
export * from './validation-report.ts';
export * from './version-comparison.ts';
export * from './version-refs.ts';
export * from './views.ts';
export * from './webhooks.ts';
export * from './workspace.ts';
