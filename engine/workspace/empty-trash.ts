import type { ArtifactStore } from '../artifacts/index.ts';
import type { SettingsService } from '../config/index.ts';
import type { DataService } from '../data/index.ts';
import { messageOf } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { Purged, TrackingService } from '../tracking/index.ts';

export type TrashEmptied = Purged & { datasetVersions: number; artifacts: number; freedBytes: number };

const dayMs = 86_400_000;
/** After a start others come first; then twice a day. */
const firstMs = 60_000;
const everyMs = dayMs / 2;

type Parts = {
  tracking: Pick<TrackingService, 'purgeDeleted' | 'purgeViews'>;
  artifacts: Pick<ArtifactStore, 'collectGarbage'>;
  data: Pick<DataService, 'collectGarbage'>;
  clock: Clock;
};

/**
 * Removes for good what was deleted at least so many days ago, and then the stored files that nothing refers to any more
 * (those of the last hours stay, for they may be on their way into a run).
 */
export async function emptyTrash(
  { tracking, artifacts, data, clock }: Parts,
  options: { olderThanDays: number; dryRun?: boolean },
): Promise<TrashEmptied> {
  const dryRun = options.dryRun ?? false;
  const deletedUntilMs = clock.nowMs() - options.olderThanDays * dayMs;
  const purged = await tracking.purgeDeleted({ deletedUntilMs, dryRun });
  if (!dryRun) await tracking.purgeViews(deletedUntilMs);
  const stored = await artifacts.collectGarbage({ dryRun });
  const rows = await data.collectGarbage({ graceMs: options.olderThanDays * dayMs, dryRun });
  return {
    ...purged,
    datasetVersions: rows.versions,
    artifacts: stored.removed + rows.removed,
    freedBytes: stored.freedBytes + rows.freedBytes,
  };
}

/** Empties the trash and removes old jobs on its own, as the settings say. Gives what ends it. */
export function scheduleTrash(
  parts: Parts & {
    jobs: Pick<JobQueue, 'prune'>;
    settings: Pick<SettingsService, 'current'>;
    logger: Logger;
  },
): () => Promise<void> {
  const { settings, logger } = parts;
  let running: Promise<void> = Promise.resolve();
  const empty = async (): Promise<void> => {
    const olderThanDays = settings.current().tracking.purgeAfterDays;
    if (olderThanDays === 0) return;
    try {
      const emptied = await emptyTrash(parts, { olderThanDays });
      if (emptied.runs + emptied.experiments + emptied.datasetVersions > 0)
        logger.info(emptied, 'removed what was deleted long ago');
    } catch (thrown) {
      logger.error({ error: messageOf(thrown) }, 'the trash could not be emptied');
    }
  };
  const pruneJobs = async (): Promise<void> => {
    const { keepDays } = settings.current().jobs;
    if (keepDays === 0) return;
    try {
      const jobs = await parts.jobs.prune(parts.clock.nowMs() - keepDays * dayMs);
      if (jobs > 0) logger.info({ jobs }, 'removed jobs that ended long ago');
    } catch (thrown) {
      logger.error({ error: messageOf(thrown) }, 'old jobs could not be removed');
    }
  };
  const begin = (): void => {
    running = pruneJobs().then(empty);
  };
  const first = setTimeout(begin, firstMs).unref();
  const timer = setInterval(begin, everyMs).unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    await running;
  };
}
