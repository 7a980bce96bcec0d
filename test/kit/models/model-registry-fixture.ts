import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, createLocalArtifactStore } from '../../../engine/artifacts/index.ts';
import { createEventBus } from '../../../engine/events/index.ts';
import { createJobQueue, type JobQueue } from '../../../engine/jobs/index.ts';
import { createModelRegistry, type ModelRegistry } from '../../../engine/models/index.ts';
import { openStore, type Store } from '../../../engine/store/index.ts';
import { silentLogger, systemIds } from '../../../engine/system/index.ts';
import { createTracking, type TrackingService } from '../../../engine/tracking/index.ts';
import { runFiles } from '../../../engine/training/index.ts';
import { CreateRun, type EngineEvent, type Signature } from '../../../local-api/contract/index.ts';

export type ModelRegistryFixture = {
  dir: string;
  store: Store;
  registry: ModelRegistry;
  artifacts: ArtifactStore;
  tracking: TrackingService;
  jobs: JobQueue;
  events: EngineEvent[];
  /** A clock that moves a second with each look. */
  nowMs(): number;
  /** A finished run with a model; leave parts out to see what happens without them. */
  trainedRun(files: {
    model?: Uint8Array;
    signature?: Signature;
    evaluation?: object;
    card?: string;
  }): Promise<string>;
  close(): Promise<void>;
};

/** The registry over a real database, artifact store, tracking and job queue (started; exports run in real processes). */
export async function modelRegistryFixture(): Promise<ModelRegistryFixture> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-models-'));
  const tmpDir = join(dir, 'tmp');
  await mkdir(tmpDir);
  let now = Date.UTC(2026, 0, 1);
  const clock = {
    nowMs: () => {
      now += 1000;
      return now;
    },
  };
  const ids = systemIds(clock);
  const store = await openStore({
    path: join(dir, 'assay.db'),
    clock,
    logger: silentLogger,
    backupsDir: join(dir, 'backups'),
    keepBackups: 1,
  });
  const bus = createEventBus({ store, clock, logger: silentLogger });
  const events: EngineEvent[] = [];
  bus.subscribe((event) => events.push(event));
  const artifacts = await createLocalArtifactStore({ dir: join(dir, 'artifacts'), tmpDir, clock });
  const tracking = createTracking({ store, events: bus, clock, ids });
  const jobs = createJobQueue({
    store,
    events: bus,
    clock,
    ids,
    logger: silentLogger,
    settings: () => ({ concurrency: 1, memoryMb: 1024, timeoutSeconds: 60 }),
    tmpDir,
    jobProcess: new URL('./export-job-process.ts', import.meta.url),
  });
  const registry = createModelRegistry({ store, tracking, artifacts, jobs, events: bus, clock, dir });
  await jobs.start();

  return {
    dir,
    store,
    registry,
    artifacts,
    tracking,
    jobs,
    events,
    nowMs: clock.nowMs,
    async trainedRun({ model, signature, evaluation, card }) {
      const run = await tracking.createRun(
        CreateRun.parse({ name: 'a run', status: 'finished', params: { trainer: 'linear' } }),
      );
      const attach = async (path: string, bytes: Uint8Array | undefined) => {
        if (bytes !== undefined) await tracking.attachArtifact(run.id, path, await artifacts.put(bytes));
      };
      const json = (value: object | undefined) =>
        value === undefined ? undefined : Buffer.from(JSON.stringify(value));
      await attach(runFiles.model, model);
      await attach(runFiles.signature, json(signature));
      await attach(runFiles.evaluation, json(evaluation));
      await attach(runFiles.card, card === undefined ? undefined : Buffer.from(card));
      return run.id;
    },
    async close() {
      await jobs.stop(0);
      await bus.close();
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
