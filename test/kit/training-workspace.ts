import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, createLocalArtifactStore } from '../../engine/artifacts/index.ts';
import { createDataService, type DataService } from '../../engine/data/index.ts';
import { createEventBus } from '../../engine/events/index.ts';
import { createJobQueue, type JobQueue } from '../../engine/jobs/index.ts';
import { openStore } from '../../engine/store/index.ts';
import { silentLogger, systemClock, systemIds } from '../../engine/system/index.ts';
import { createTracking, type TrackingService } from '../../engine/tracking/index.ts';
import { createTrainingService, type TrainingService } from '../../engine/training/index.ts';
import {
  ImportRequest,
  ImportResult,
  type Job,
  type Run,
  TrainRequest,
  type TrainRequestInput,
} from '../../local-api/contract/index.ts';

export type TrainingWorkspace = {
  data: DataService;
  tracking: TrackingService;
  artifacts: ArtifactStore;
  jobs: JobQueue;
  training: TrainingService;
  /** Imports data and gives the id of the version. */
  importData(request: Parameters<typeof ImportRequest.parse>[0]): Promise<string>;
  /** Trains and waits for the end. */
  train(request: TrainRequestInput): Promise<{ job: Job; run: Run }>;
  close(): Promise<void>;
};

/** The rooms that a training needs, on a real database with real job processes, in a folder of their own. */
export async function trainingWorkspace(): Promise<TrainingWorkspace> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-training-'));
  const tmpDir = join(dir, 'tmp');
  mkdirSync(tmpDir);
  const clock = systemClock;
  const ids = systemIds();
  const logger = silentLogger;
  const store = await openStore({
    path: join(dir, 'assay.db'),
    clock,
    logger,
    backupsDir: join(dir, 'backups'),
    keepBackups: 1,
  });
  const events = createEventBus({ store, clock, logger });
  const jobs = createJobQueue({
    store,
    events,
    clock,
    ids,
    logger,
    settings: () => ({ concurrency: 2, memoryMb: 2048, timeoutSeconds: 120 }),
    tmpDir,
    jobProcess: new URL('./training-job-process.ts', import.meta.url),
  });
  const artifacts = await createLocalArtifactStore({ dir: join(dir, 'artifacts'), tmpDir, clock });
  const data = await createDataService({
    store,
    jobs,
    events,
    clock,
    ids,
    dir: join(dir, 'datasets'),
    tmpDir,
    isVersionInUse: async () => false,
    jobMemoryMb: () => 1024,
    connections: { ready: async () => null, list: async () => [] },
    privateFiles: [],
    guard: () => ({ prepare: async () => null, enter: (_, enter) => enter(), isEntering: () => false }),
    runBeside: () => Promise.reject(new Error('nothing is run beside the queue here')),
  });
  const tracking = createTracking({ store, events, clock, ids });
  const places = { trainingPlace: () => Promise.reject(new Error('there are no targets here')) };
  const parts = { tracking, data, artifacts, jobs, clock, places };
  const training = createTrainingService({ ...parts, assayVersion: '0.0.0' });
  await jobs.start();
  return {
    data,
    tracking,
    artifacts,
    jobs,
    training,
    async importData(request) {
      const job = await jobs.wait((await data.import(ImportRequest.parse(request))).id);
      if (job.state !== 'succeeded')
        throw new Error(`the import ended as ${job.state}: ${job.error?.message}`);
      return ImportResult.parse(job.result).versionId;
    },
    async train(request) {
      const submitted = await training.start(TrainRequest.parse(request));
      const job = await jobs.wait(submitted.id);
      return { job, run: await tracking.getRun(job.runId ?? '') };
    },
    async close() {
      await jobs.stop(0);
      await tracking.idle();
      await events.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
