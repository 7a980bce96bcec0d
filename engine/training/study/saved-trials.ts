import { TrialRecord } from '../../../local-api/contract/index.ts';
import type { ArtifactStore } from '../../artifacts/index.ts';
import { AssayError } from '../../errors.ts';
import { quoteText } from '../../store/index.ts';
import type { TrackingService } from '../../tracking/index.ts';
import { nestedTag } from '../nested-runs.ts';
import { trialAnswersFile, trialFile } from './trial-files.ts';

export type SavedTrials = {
  records: TrialRecord[];
  /** By trial, what its folds answered, where that was kept: float32 numbers, one fold after the other. */
  answers: Map<number, Uint8Array>;
};

/** What is known of the trials below a run; of one that a person removed, or whose file is damaged, nothing. A file or two a trial. */
export async function savedTrials(
  { tracking, artifacts }: { tracking: TrackingService; artifacts: Pick<ArtifactStore, 'read'> },
  runId: string,
): Promise<SavedTrials> {
  const records: TrialRecord[] = [];
  const answers = new Map<number, Uint8Array>();
  let cursor: string | undefined;
  do {
    const page = await tracking.listRuns({
      filter: `parentRunId = ${quoteText(runId)} and tags.${nestedTag} is not null`,
      fields: 'id',
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id } of page.items) {
      const file = await readFile(tracking, artifacts, id, trialFile);
      const record =
        file === null ? undefined : TrialRecord.safeParse(JSON.parse(file.toString('utf8'))).data;
      if (record === undefined) continue;
      records.push(record);
      const told = record.title === null ? null : await readFile(tracking, artifacts, id, trialAnswersFile);
      if (told !== null) answers.set(record.trial, told);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  records.sort((a, b) => (a.outer ?? -1) - (b.outer ?? -1) || a.trial - b.trial);
  return { records, answers };
}

async function readFile(
  tracking: TrackingService,
  artifacts: Pick<ArtifactStore, 'read'>,
  runId: string,
  path: string,
): Promise<Buffer | null> {
  try {
    const { digest } = await tracking.findArtifact(runId, path);
    return await artifacts.read(digest);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'artifacts/not-found') return null;
    throw thrown;
  }
}
