import { TrialRecord } from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import { quoteText } from '../../store/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import { nestedTag } from '../nested-runs.ts';
import { trialFile } from './trial-files.ts';

/** What is known of the trials below a run; of one that a person removed, or whose file is damaged, nothing. A small file a trial. */
export async function savedTrials(
  { tracking, artifacts }: { tracking: TrackingService; artifacts: Pick<ArtifactStore, 'read'> },
  runId: string,
): Promise<TrialRecord[]> {
  const records: TrialRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await tracking.listRuns({
      filter: `parentRunId = ${quoteText(runId)} and tags.${nestedTag} is not null`,
      fields: 'id',
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id } of page.items) {
      const text = await readFile(tracking, artifacts, id);
      const record = text === null ? undefined : TrialRecord.safeParse(JSON.parse(text)).data;
      if (record !== undefined) records.push(record);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return records.sort((a, b) => (a.outer ?? -1) - (b.outer ?? -1) || a.trial - b.trial);
}

async function readFile(
  tracking: TrackingService,
  artifacts: Pick<ArtifactStore, 'read'>,
  runId: string,
): Promise<string | null> {
  try {
    const { digest } = await tracking.findArtifact(runId, trialFile);
    return (await artifacts.read(digest)).toString('utf8');
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'artifacts/not-found') return null;
    throw thrown;
  }
}
