import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { toastWithUndo } from '../../components/toasts.tsx';
import { eachLimited } from './each-limited.ts';

const AT_ONCE = 6;

/** Deletes runs and offers to bring them back. `afterUndo` is called when they are back. */
export async function deleteRuns(
  runs: readonly { id: string; name?: string | undefined }[],
  afterUndo: () => void,
): Promise<void> {
  await eachLimited(runs, AT_ONCE, (run) => client.runs.delete({ params: { runId: run.id } }));
  const [only] = runs;
  const what = runs.length === 1 && only?.name ? `“${only.name}”` : formatPlural(runs.length, 'run');
  toastWithUndo(`Deleted ${what}`, async () => {
    await restoreRuns(runs.map((run) => run.id));
    afterUndo();
  });
}

export async function restoreRuns(ids: readonly string[]): Promise<void> {
  await eachLimited(ids, AT_ONCE, (runId) => client.runs.restore({ params: { runId } }));
}

/** Sets a tag on each run; one that is there is replaced. */
export async function tagRuns(ids: readonly string[], key: string, value: string): Promise<void> {
  await eachLimited(ids, AT_ONCE, (runId) =>
    client.runs.log({ params: { runId }, body: { tags: { [key]: value } } }),
  );
}
