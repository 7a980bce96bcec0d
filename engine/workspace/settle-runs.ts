import type { JobState, RunStatus } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { TrackingService } from '../tracking/index.ts';

/** What became of a run whose job has ended; a job that still goes on is not in here. */
const statusAfter: Partial<Record<JobState, RunStatus>> = {
  succeeded: 'finished',
  failed: 'failed',
  dead: 'failed',
  cancelled: 'killed',
};

async function endedStatus(jobs: Pick<JobQueue, 'get'>, jobId: string): Promise<RunStatus | undefined> {
  try {
    return statusAfter[(await jobs.get(jobId)).state];
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'jobs/not-found') return 'failed';
    throw thrown;
  }
}

/**
 * Ends runs whose job ended without telling them: the engine was killed between the two. Runs of scripts have no job and
 * are left alone, since the script may go on. Gives how many were ended.
 */
export async function settleRuns(
  tracking: Pick<TrackingService, 'listRuns' | 'updateRun'>,
  jobs: Pick<JobQueue, 'get'>,
): Promise<number> {
  let settled = 0;
  let cursor: string | undefined;
  do {
    const page = await tracking.listRuns({
      filter: "status in ('scheduled', 'running') and jobId is not null",
      fields: 'jobId',
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, jobId } of page.items) {
      const status = jobId == null ? undefined : await endedStatus(jobs, jobId);
      if (status === undefined) continue;
      await tracking.updateRun(id, { status });
      settled += 1;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return settled;
}
