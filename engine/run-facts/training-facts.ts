import type { Settings } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { messageOf } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { environmentTags, factFiles } from './fact-tags.ts';
import { createSystemSampler, type SystemSampler } from './system-sampler.ts';

export type TrainingFactsOptions = {
  tracking: TrackingService;
  artifacts: ArtifactStore;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  settings(): Settings['tracking'];
  /** The workspace folder: the disk that is watched. */
  dir: string;
};

export type TrainingFacts = {
  /** Resolves when the facts about the machine are with the run, or could not be kept; at once for other runs. */
  recorded(runId: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Gives every training run the facts about this machine once its job starts, and samples of the system while it goes on.
 * One sampler serves all of them. Failing to record never fails the training.
 */
export function recordTrainingFacts(options: TrainingFactsOptions): TrainingFacts {
  const { tracking, artifacts, events, clock, logger, settings } = options;
  const steps = new Map<string, number>();
  const recording = new Map<string, Promise<void>>();
  const underWay = new Set<Promise<void>>();
  let environment: Promise<Environment> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  /** Work that is waited for at the close, and whose failure is a line in the log. */
  const inBackground = (work: () => Promise<void>): Promise<void> => {
    const done = work()
      .catch((thrown: unknown) => logger.warn({ error: messageOf(thrown) }, 'run facts were not kept'))
      .finally(() => underWay.delete(done));
    underWay.add(done);
    return done;
  };

  const recordEnvironment = async (runId: string): Promise<void> => {
    environment ??= readEnvironment({ command: [], cwd: options.dir, environment: {} });
    const facts = await environment;
    await tracking.log(runId, { metrics: [], params: {}, tags: environmentTags(facts) });
    const bytes = Buffer.from(`${JSON.stringify(facts, null, 2)}\n`);
    await tracking.attachArtifact(runId, factFiles.environment, await artifacts.put(bytes));
  };

  const sample = async (sampler: SystemSampler): Promise<void> => {
    const values = Object.entries(await sampler.sample());
    const timestampMs = clock.nowMs();
    for (const [runId, step] of steps) {
      steps.set(runId, step + 1);
      const metrics = values.map(([key, value]) => ({ key, value, step, timestampMs }));
      await tracking.log(runId, { metrics, params: {}, tags: {} });
    }
  };

  const schedule = (sampler: SystemSampler): void => {
    const { systemMetrics, systemMetricsSeconds } = settings();
    if (isClosed || steps.size === 0 || !systemMetrics) {
      timer = null;
      return;
    }
    timer = setTimeout(() => {
      void inBackground(async () => {
        try {
          await sample(sampler);
        } finally {
          schedule(sampler);
        }
      });
    }, systemMetricsSeconds * 1000);
    timer.unref();
  };

  const started = (runId: string): void => {
    if (isClosed || steps.has(runId)) return;
    steps.set(runId, 0);
    const recorded = inBackground(() => recordEnvironment(runId));
    recording.set(runId, recorded);
    void recorded.then(() => recording.delete(runId));
    if (timer !== null || steps.size > 1 || !settings().systemMetrics) return;
    void inBackground(async () => schedule(await createSystemSampler({ diskPath: options.dir })));
  };

  const { unsubscribe } = events.subscribe((event) => {
    if (event.type !== 'job.changed' || event.data.kind !== 'train' || event.data.runId === null) return;
    if (event.data.state === 'running') started(event.data.runId);
    else if (event.data.state !== 'queued') steps.delete(event.data.runId);
  });

  return {
    recorded: async (runId) => recording.get(runId),
    async close() {
      isClosed = true;
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
      await Promise.allSettled(underWay);
    },
  };
}
