import type {
  ArtifactEntry,
  CreateRun,
  Experiment,
  ListQuery,
  LogBatch,
  MetricSeries,
  Page,
  Run,
  RunRow,
  RunStatus,
  Tags,
} from '../../local-api/contract/index.ts';
import type { ExperimentRecords } from './experiment-records.ts';
import type { LoggedModels } from './logged-models.ts';
import type { MetricHistory } from './metric-history.ts';
import type { RunObjectListing } from './objects/object-listing.ts';
import type { Purge } from './purge.ts';
import type { RunImports } from './run-imports.ts';
import type { RunReading } from './run-reading.ts';
import type { RunRecords } from './run-records.ts';
import type { RunTags } from './run-tags.ts';
import type { SavedViews } from './saved-views.ts';
import type { StoredFiles } from './stored-files.ts';

/** What is known about the start of a run besides what its script says. */
export type RunOrigin = {
  jobId?: string | null;
  user?: string | undefined;
  /** Now, when left out. */
  startedAtMs?: number | undefined;
};

export type TrackingService = ExperimentRecords &
  RunRecords &
  MetricHistory &
  Purge &
  RunImports &
  RunReading &
  RunTags &
  SavedViews &
  LoggedModels &
  RunObjectListing &
  StoredFiles & {
    listExperiments(query: ListQuery): Promise<Page<Experiment>>;
    createExperiment(input: {
      name: string;
      description?: string;
      tags?: Tags;
      /** Where the files of its runs go; by default mlflow-artifacts:/<id>, which is the artifact store. */
      artifactLocation?: string | undefined;
    }): Promise<Experiment>;
    getExperiment(experimentId: string): Promise<Experiment>;
    findExperimentByName(name: string): Promise<Experiment | null>;
    updateExperiment(
      experimentId: string,
      patch: { name?: string | undefined; description?: string | undefined; tags?: Tags | undefined },
    ): Promise<Experiment>;
    deleteExperiment(experimentId: string): Promise<void>;
    /** With the runs that were deleted with it, or with all its runs. */
    restoreExperiment(experimentId: string, options?: { allRuns: boolean }): Promise<Experiment>;

    listRuns(query: ListQuery): Promise<Page<RunRow>>;
    countRuns(filter: string | undefined): Promise<number>;
    keys(query: {
      experimentId?: string | undefined;
      prefix?: string | undefined;
      limit: number;
    }): Promise<{ metrics: string[]; params: string[]; tags: string[] }>;
    /** Values of a param or tag in use, sorted, those that begin with `prefix`; case matters. Cost: one index seek a value. */
    values(query: {
      family: 'params' | 'tags';
      key: string;
      prefix: string;
      limit: number;
    }): Promise<string[]>;
    createRun(input: CreateRun, extra?: RunOrigin): Promise<Run>;
    getRun(runId: string): Promise<Run>;
    updateRun(
      runId: string,
      patch: {
        name?: string | undefined;
        status?: RunStatus | undefined;
        notes?: string | undefined;
        endedAtMs?: number | null | undefined;
        jobId?: string | undefined;
      },
    ): Promise<Run>;
    deleteRun(runId: string): Promise<void>;
    restoreRun(runId: string): Promise<Run>;
    /** One transaction, acknowledged after commit; concurrent calls share a commit. Repeated points change nothing. */
    log(runId: string, batch: LogBatch): Promise<void>;
    /** Gives whether the run had the tag. */
    deleteTag(runId: string, key: string): Promise<boolean>;
    series(query: {
      runIds: string[];
      keys: string[];
      maxPoints: number;
      fromStep?: number | undefined;
      toStep?: number | undefined;
    }): Promise<MetricSeries[]>;

    listArtifacts(runId: string, path: string, recursive: boolean): Promise<ArtifactEntry[]>;
    findArtifact(runId: string, path: string): Promise<{ digest: string; sizeBytes: number }>;
    /** Refers to a blob that is in the artifact store already; a path that exists is replaced. */
    attachArtifact(
      runId: string,
      path: string,
      blob: { digest: string; sizeBytes: number },
    ): Promise<ArtifactEntry>;
    /** Every digest that a run or a stored file refers to: roots of the artifact store's garbage collection. */
    artifactDigests(): AsyncIterable<string>;
    /** Resolves when every write handed in so far is committed or refused. */
    idle(): Promise<void>;
  };
