import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { DriftSeries, DriftWindow } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { paths } from '../../../app/paths.ts';
import { toast, toastFault } from '../../../components/toasts.tsx';

const MOST_LOOKED_AT = 200;

type Opening = {
  open: (window: DriftWindow | null) => void;
  /** The window under way, as JSON. */
  opening: string | null;
  /** Whether any part can be told by a condition. */
  canOpen: boolean;
};

/** Goes to the report of one part of a window against the same reference, which is made first where there is none yet. */
export function useOpenPart(series: DriftSeries): Opening {
  const router = useRouter();
  const make = useMutation({
    mutationFn: async (window: DriftWindow) => {
      const known = await findReport(series, window);
      if (known !== null) return known;
      toast({ title: 'Comparing this part …' });
      const reference = series.reference.window;
      const model = series.current.model ?? series.reference.model;
      const job = await client.driftReports.create({
        body: { reference, current: window, ...(model === null ? {} : { model }) },
      });
      return reportOf(job.id);
    },
    onSuccess: (reportId) => router.history.push(paths.driftReport(reportId)),
    onError: toastFault,
  });
  return {
    open: (window) => {
      if (window !== null && !make.isPending) make.mutate(window);
    },
    opening: make.isPending ? JSON.stringify(make.variables) : null,
    canOpen: series.chunks.some(({ window }) => window !== null),
  };
}

async function findReport(series: DriftSeries, window: DriftWindow): Promise<string | null> {
  const { items } = await client.driftReports.list({
    query: { limit: MOST_LOOKED_AT, filter: `createdAtMs >= ${series.createdAtMs}` },
  });
  const wanted = JSON.stringify(window);
  const found = items.find(
    ({ currentWindow, referenceName }) =>
      referenceName === series.referenceName && JSON.stringify(currentWindow) === wanted,
  );
  return found?.id ?? null;
}

/** Waits for the job; it is short, since a part is small. */
async function reportOf(jobId: string): Promise<string> {
  for (;;) {
    const job = await client.jobs.get({ params: { jobId } });
    const { result, error, state } = job;
    if (typeof result === 'object' && result !== null && 'reportId' in result) return String(result.reportId);
    if (error !== null) throw new Error(error.message);
    if (state === 'cancelled') throw new Error('The comparison was cancelled');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
