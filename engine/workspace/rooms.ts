import {
  type ArtifactStore,
  createLocalArtifactStore,
  createMultipartUploads,
  type MultipartUploads,
} from '../artifacts/index.ts';
import { type BatchService, createBatchService } from '../batch/index.ts';
import { type BundleService, createBundleService } from '../bundles/index.ts';
import { type ComparisonService, createComparison } from '../comparison/index.ts';
import type { SettingsService } from '../config/index.ts';
import { type ConnectionsService, createConnectionsService } from '../connections/index.ts';
import {
  createDataService,
  createProfileService,
  type DataService,
  type ProfileService,
} from '../data/index.ts';
import { createDataExportService, type DataExportService } from '../data-export/index.ts';
import { createDatasetDiffService, type DatasetDiffService } from '../dataset-diff/index.ts';
import { createDatasetRemotes, type DatasetRemotes } from '../dataset-remotes/index.ts';
import { createDeploymentService, type DeploymentService } from '../deployment/index.ts';
import { createDvcService, type DvcService } from '../dvc/index.ts';
import { createEventBus, type EventBus } from '../events/index.ts';
import { createExchangeService, type ExchangeService } from '../exchange/index.ts';
import { createExplanationService, type ExplanationService } from '../explain/index.ts';
import {
  createJobQueue,
  createRunBeside,
  createScheduler,
  type JobQueue,
  jobEnvironment,
  type Scheduler,
} from '../jobs/index.ts';
import { createLineageService, type LineageService } from '../lineage/index.ts';
import { createModelImport, type ModelImportService } from '../model-import/index.ts';
import {
  createModelRegistry,
  createReleaseService,
  createVersionComparer,
  type ModelRegistry,
  type ReleaseService,
  type VersionComparer,
} from '../models/index.ts';
import {
  createDriftSeriesService,
  createDriftService,
  createMonitorService,
  type DriftSeriesService,
  type DriftService,
  type MonitorService,
} from '../monitoring/index.ts';
import { createRemotesService, type RemotesService } from '../remotes/index.ts';
import { createReproductionService, type ReproductionService } from '../reproduction/index.ts';
import { createRunControl, type RunControl } from '../run-control/index.ts';
import { recordTrainingFacts, type TrainingFacts } from '../run-facts/index.ts';
import { createRunObjects, type RunObjects } from '../run-objects/index.ts';
import { openSecretStore, type SecretStore } from '../secrets/index.ts';
import {
  type AsyncPredictions,
  createAsyncPredictions,
  createEndpointService,
  createLoggedFigures,
  createServingService,
  type EndpointService,
  type ServingService,
} from '../serving/index.ts';
import type { Store } from '../store/index.ts';
import { type Clock, type Ids, type Logger, localActor } from '../system/index.ts';
import { version } from '../system/version.ts';
import { createTracingService, type TracingService } from '../tracing/index.ts';
import { createTracking, type TrackingService } from '../tracking/index.ts';
import { createTrainingService, type TrainingService, trainingHandler } from '../training/index.ts';
import { createTransformService, type TransformService } from '../transforms/index.ts';
import { createValidationService, type ValidationService } from '../validation/index.ts';
import { createWebhookService, sealPlainSecrets, type WebhookService } from '../webhooks/index.ts';
import { isVersionInUse, runUse, targetsOf } from './references.ts';
import { scheduledWork } from './scheduled-work.ts';
import type { WorkspacePaths } from './workspace-folder.ts';
import type { OpenWorkspaceOptions } from './workspace-types.ts';

export type Rooms = {
  events: EventBus;
  artifacts: ArtifactStore;
  multipartUploads: MultipartUploads;
  jobs: JobQueue;
  data: DataService;
  profiles: ProfileService;
  datasetDiffs: DatasetDiffService;
  dataExports: DataExportService;
  datasetRemotes: DatasetRemotes;
  dvc: DvcService;
  transforms: TransformService;
  lineage: LineageService;
  tracking: TrackingService;
  tracing: TracingService;
  comparison: ComparisonService;
  runControl: RunControl;
  runObjects: RunObjects;
  exchange: ExchangeService;
  /** Watches trainings to record where and with what they ran. */
  trainingFacts: TrainingFacts;
  reproduction: ReproductionService;
  training: TrainingService;
  models: ModelRegistry;
  bundles: BundleService;
  modelImports: ModelImportService;
  deployments: DeploymentService;
  releases: ReleaseService;
  versionComparer: VersionComparer;
  /** Passwords, tokens and keys that other rooms need, sealed. */
  secrets: SecretStore;
  /** Databases, services and buckets that rows come from. */
  connections: ConnectionsService;
  webhooks: WebhookService;
  serving: ServingService;
  endpoints: EndpointService;
  batches: BatchService;
  asyncPredictions: AsyncPredictions;
  schedules: Scheduler;
  /** Places that models are pushed to and pulled from. */
  remotes: RemotesService;
  drift: DriftService;
  driftSeries: DriftSeriesService;
  monitors: MonitorService;
  explanations: ExplanationService;
  validation: ValidationService;
};

/** Builds every room and hands each what it needs. The only place that knows them all; no room starts work here. */
export async function wireRooms(base: {
  dir: string;
  paths: WorkspacePaths;
  store: Store;
  settings: SettingsService;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  options: OpenWorkspaceOptions;
}): Promise<Rooms> {
  const { dir, paths, store, settings, clock, ids, logger, options } = base;
  const tmpDir = paths.tmp;
  const events = createEventBus({ store, clock, logger });
  const artifacts = await createLocalArtifactStore({ dir: paths.artifacts, tmpDir, clock });
  const multipartUploads = createMultipartUploads({ artifacts, tmpDir, clock, ids });
  const tracking = createTracking({ store, events, clock, ids, tmpDir, isRunInUse: runUse(store) });
  const secrets = await openSecretStore({ store, keyFile: paths.secretsKey, clock });
  const tracing = createTracingService({ store, events, clock, ids });
  const jobProcess = options.jobProcess ?? new URL('./job-process.ts', import.meta.url);
  const jobs = createJobQueue({
    store,
    events,
    clock,
    ids,
    logger,
    settings: () => settings.current().jobs,
    tmpDir,
    jobProcess,
    ...(options.jobEnvironment === undefined ? {} : { jobEnvironment: options.jobEnvironment }),
  });
  for (const handler of options.jobHandlers ?? []) jobs.register(handler);
  const connections = createConnectionsService({ store, events, secrets, clock, ids });
  const runBeside = createRunBeside(jobProcess);
  const data = await createDataService({
    connections,
    privateFiles: [paths.secretsKey, paths.token, paths.engine],
    runBeside,
    store,
    jobs,
    events,
    clock,
    ids,
    dir: paths.datasets,
    tmpDir,
    isVersionInUse: (versionId) => isVersionInUse(store, versionId),
    jobMemoryMb: () => settings.current().jobs.memoryMb,
    guard: () => validation.guard,
  });
  const dvc = createDvcService({
    jobs,
    connections,
    data,
    runBeside,
    tmpDir,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const profiles = createProfileService({
    store,
    jobs,
    data,
    clock,
    tmpDir,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const transforms = createTransformService({
    guard: () => validation.guard,
    store,
    jobs,
    events,
    data,
    clock,
    ids,
    logger,
    datasetsDir: paths.datasets,
    tmpDir,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const lineage = createLineageService({
    store,
    data,
    jobs,
    events,
    clock,
    logger,
    secrets,
    columnOrigins: transforms.columnOrigins,
    settings: () => settings.current().lineage,
    file: paths.openLineage,
  });
  const trainingParts = { tracking, data, artifacts, clock, assayVersion: version };
  const inferenceEnvironment = () => jobEnvironment(process.env, tmpDir, {});
  const datasetDiffs = createDatasetDiffService({
    store,
    jobs,
    data,
    clock,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const validation = createValidationService({
    store,
    jobs,
    events,
    data,
    clock,
    tmpDir,
    logger,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
    targetsOf: (dataset) => targetsOf(store, dataset),
  });
  const models = createModelRegistry({
    store,
    tracking,
    artifacts,
    jobs,
    events,
    clock,
    dir,
    outside: inferenceEnvironment,
  });
  const bundles = createBundleService({ models, tracking, artifacts, data, jobs, secrets, clock, dir });
  const modelImports = createModelImport({ models, tracking, artifacts, data, jobs, clock });
  const deployments = createDeploymentService({ models, bundles, jobs, dir });
  const sealed = await sealPlainSecrets(store, secrets);
  if (sealed > 0) logger.info({ secrets: sealed }, 'secrets of webhooks are encrypted from now on');
  const webhooks = createWebhookService({
    store,
    secrets,
    models,
    clock,
    logger,
    allowLocal: () => settings.current().webhooks.allowLocal,
  });
  const serving = createServingService({
    models,
    artifacts,
    settings,
    outside: {
      environment: inferenceEnvironment,
      inlineMs: () => settings.current().serving.inlineMs,
    },
  });
  const remotes = createRemotesService({
    store,
    events,
    artifacts,
    bundles,
    tracking,
    models,
    jobs,
    secrets,
    clock,
    ids,
    logger,
    training: trainingHandler(trainingParts),
  });
  const datasetRemotes = createDatasetRemotes({ jobs, data, remotes, clock, dir: paths.datasets });
  const training = createTrainingService({
    ...trainingParts,
    jobs,
    places: remotes,
    vet: (version) => validation.vet(version),
  });
  const endpoints = createEndpointService({
    store,
    serving,
    models,
    artifacts,
    jobs,
    events,
    clock,
    logger,
    localActor,
    tmpDir,
    findChecks: async (ref, schema) => {
      const { model, version, signature } = await serving.describe(ref);
      const { datasetVersionId, createdAtMs } = await models.resolve(`${model}/${version}`);
      const name = `${model}/${version}`;
      return validation.requestChecks({ name, signature, datasetVersionId, createdAtMs }, schema);
    },
  });
  const batches = createBatchService({
    store,
    events,
    artifacts,
    models,
    data,
    jobs,
    clock,
    ids,
    dir: paths.batches,
    tell: (event, data) => webhooks.tell(event, data),
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const dataExports = createDataExportService({
    jobs,
    data,
    artifacts,
    diffs: datasetDiffs,
    batches,
    jobMemoryMb: () => settings.current().jobs.memoryMb,
  });
  const asyncPredictions = createAsyncPredictions({
    store,
    serving,
    endpoints,
    clock,
    ids,
    logger,
    settings,
    tell: (event, data) => webhooks.tell(event, data),
  });
  const schedules = createScheduler({
    store,
    jobs,
    events,
    clock,
    ids,
    logger,
    work: scheduledWork({ batches, training, data }),
  });
  const windowRooms = { store, jobs, events, data, models, endpoints, tracking, artifacts, clock, tmpDir };
  const drift = createDriftService(windowRooms);
  const driftSeries = createDriftSeriesService(windowRooms);
  const monitors = createMonitorService({
    store,
    jobs,
    events,
    data,
    drift,
    validation,
    logged: createLoggedFigures(store),
    clock,
    ids,
    logger,
    localActor,
    webhook: (event, data) => webhooks.tell(event, data),
  });
  const explanations = createExplanationService({
    store,
    jobs,
    events,
    clock,
    tmpDir,
    tracking,
    models,
    artifacts,
    data,
  });
  const releases = createReleaseService({
    store,
    registry: models,
    artifacts,
    tracking,
    jobs,
    drift,
    validation,
    events,
    clock,
    ids,
    logger,
    targets: remotes,
    environments: () => settings.current().release.environments,
  });

  const versionComparer = createVersionComparer({ registry: models, tracking, artifacts, data, jobs });

  const comparison = createComparison({ tracking, artifacts, tmpDir });
  const runControl = createRunControl({
    tracking,
    jobs,
    clock,
    logger,
    silenceSeconds: () => settings.current().tracking.silentAfterSeconds,
  });
  const runObjects = createRunObjects({ tracking, artifacts, tmpDir });
  const exchange = createExchangeService({ tracking, artifacts, jobs, secrets, dir });
  const trainingFacts = recordTrainingFacts({
    tracking,
    artifacts,
    events,
    clock,
    logger,
    settings: () => settings.current().tracking,
    dir,
  });

  const reproduction = createReproductionService({
    tracking,
    training,
    data,
    artifacts,
    jobs,
    events,
    clock,
    logger,
    dir,
    factsRecorded: (runId) => trainingFacts.recorded(runId),
  });

  artifacts.addRoots(() => tracking.artifactDigests());
  artifacts.addRoots(() => batches.digests());
  return {
    events,
    artifacts,
    multipartUploads,
    jobs,
    data,
    profiles,
    datasetDiffs,
    dataExports,
    datasetRemotes,
    dvc,
    transforms,
    lineage,
    tracking,
    tracing,
    comparison,
    runControl,
    runObjects,
    exchange,
    trainingFacts,
    reproduction,
    training,
    models,
    bundles,
    modelImports,
    deployments,
    releases,
    versionComparer,
    secrets,
    connections,
    webhooks,
    serving,
    endpoints,
    batches,
    asyncPredictions,
    schedules,
    remotes,
    drift,
    driftSeries,
    monitors,
    explanations,
    validation,
  };
}
