import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../../app/api.ts';
import { formatPlural } from '../../../app/format.ts';
import { toast, toastFault } from '../../../components/toasts.tsx';
import { eachLimited } from '../each-limited.ts';
import { deleteRuns, restoreRuns } from '../run-actions.ts';
import { type Mark, markRuns, patchRuns } from '../run-marks.ts';

const AT_ONCE = 6;

/** What can be done with runs of the table. Failures are shown; `isBusy` while something is under way. */
export function useRunActions(afterChange: () => void) {
  const cache = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const act = async (task: () => Promise<void>) => {
    setBusy(true);
    try {
      await task();
    } catch (error) {
      toastFault(error);
    } finally {
      setBusy(false);
    }
  };
  const takeOut = (ids: readonly string[]) => {
    const gone = new Set(ids);
    patchRuns(cache, (run) => (gone.has(run.id) ? null : run));
  };
  return {
    isBusy,
    mark: (ids: readonly string[], mark: Mark, value: string | null) =>
      act(() => markRuns(cache, ids, mark, value)),
    remove: (runs: readonly { id: string; name?: string | undefined }[]) =>
      act(async () => {
        await deleteRuns(runs, afterChange);
        takeOut(runs.map((run) => run.id));
      }),
    restore: (ids: readonly string[]) =>
      act(async () => {
        await restoreRuns(ids);
        takeOut(ids);
        toast({ title: `Brought back ${formatPlural(ids.length, 'run')}`, tone: 'good' });
      }),
    stop: (ids: readonly string[]) =>
      act(async () => {
        await eachLimited(ids, AT_ONCE, (runId) => client.runControl.stop({ params: { runId } }));
        toast({ title: `Asked ${formatPlural(ids.length, 'run')} to stop`, tone: 'info' });
      }),
  };
}

export type RunActions = ReturnType<typeof useRunActions>;
