import type { RunLineage, SearchHit, WorkspaceInfo } from '../../local-api/contract/index.ts';
import type { ArtifactStore, MultipartUploads } from '../artifacts/index.ts';
import type { BatchService } from '../batch/index.ts';
import type { BundleService } from '../bundles/index.ts';
import type { ComparisonService } from '../comparison/index.ts';
import type { SettingsService } from '../config/index.ts';
import type { ConnectionsService } from '../connections/index.ts';
import type { DataService, ProfileService } from '../data/index.ts';
import type { DataExportService } from '../data-export/index.ts';
import type { DatasetDiffService } from '../dataset-diff/index.ts';
import type { DatasetRemotes } from '../dataset-remotes/index.ts';
import type { DeploymentService } from '../deployment/index.ts';
import type { DvcService } from '../dvc/index.ts';
import type { EventBus } from '../events/index.ts';
import type { ExchangeService } from '../exchange/index.ts';
import type { ExplanationService } from '../explain/index.ts';
import type { JobHandler, JobQueue, Scheduler } from '../jobs/index.ts';
import type { LineageService } from '../lineage/index.ts';
import type { ModelImportService } from '../model-import/index.ts';
import type { ModelRegistry, ReleaseService, VersionComparer } from '../models/index.ts';
import type { DriftSeriesService, DriftService, MonitorService } from '../monitoring/index.ts';
import type { RemotesService } from '../remotes/index.ts';
import type { ReproductionService } from '../reproduction/index.ts';
import type { RunControl } from '../run-control/index.ts';
import type { RunObjects } from '../run-objects/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { AsyncPredictions, EndpointService, ServingService } from '../serving/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Ids, Logger } from '../system/index.ts';
import type { TracingService } from '../tracing/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import type { TrainingService } from '../training/index.ts';
import type { TransformService } from '../transforms/index.ts';
import type { ValidationService } from '../validation/index.ts';
import type { WebhookService } from '../webhooks/index.ts';

import type { TrashEmptied } from './empty-trash.ts';

export type OpenWorkspaceOptions = {
  dir: string;
  /** Script that job processes run: `engine/workspace/job-process.ts` or a program that adds kinds to it. */
  jobProcess?: URL;
  /** Given to job processes besides a minimal environment; the quickstart finds the API by it. */
  jobEnvironment?: () => Record<string, string>;
  /** Settings that win over files and environment, by dotted key: what command-line flags say. */
  settings?: Record<string, unknown>;
  /** Where ASSAY_<SETTING> and ASSAY_PROFILE are read from; the process by default. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Kinds of jobs that others bring (the quickstart); known before the queue looks at what a crash left. */
  jobHandlers?: readonly JobHandler[];
  clock?: Clock;
  ids?: Ids;
  /** By default JSON lines in the folder `logs`. */
  logger?: Logger;
  /** Also writes the log to stderr, for people. */
  verbose?: boolean;
  /** Opens without starting the queue: for `assay db` and for tests. */
  startJobs?: boolean;
};

/** An open workspace folder: every service of the engine, wired. One engine holds a folder at a time. */
export type Workspace = {
  dir: string;
  /** Token of the local API, made on first open; file `token`, mode 0600. */
  token: string;
  store: Store;
  logger: Logger;
  settings: SettingsService;
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
  reproduction: ReproductionService;
  training: TrainingService;
  models: ModelRegistry;
  bundles: BundleService;
  modelImports: ModelImportService;
  deployments: DeploymentService;
  releases: ReleaseService;
  versionComparer: VersionComparer;
  secrets: SecretStore;
  connections: ConnectionsService;
  webhooks: WebhookService;
  serving: ServingService;
  endpoints: EndpointService;
  batches: BatchService;
  asyncPredictions: AsyncPredictions;
  schedules: Scheduler;
  remotes: RemotesService;
  drift: DriftService;
  driftSeries: DriftSeriesService;
  monitors: MonitorService;
  explanations: ExplanationService;
  validation: ValidationService;
  info(): Promise<WorkspaceInfo>;
  /** Where a run comes from and what came of it. Errors: runs/not-found. */
  runLineage(runId: string): Promise<RunLineage>;
  search(text: string, limit: number): Promise<SearchHit[]>;
  /** Removes for good what was deleted at least so many days ago, with the files that only it had. */
  emptyTrash(options: { olderThanDays: number; dryRun?: boolean }): Promise<TrashEmptied>;
  /** Writes into `engine.json` where the API of this engine answers, for the command line; null: no longer. */
  announce(url: string | null): Promise<void>;
  /** Finishes or checkpoints jobs, flushes, closes the database, releases the lock. */
  close(options?: { graceMs?: number }): Promise<void>;
};
