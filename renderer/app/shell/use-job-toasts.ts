import { toast } from '../../components/toasts.tsx';
import { useEngineEvent } from '../events.ts';
import { isFollowed } from '../followed-jobs.ts';
import { paths } from '../paths.ts';

const ends: Record<string, { tone: 'good' | 'bad'; text: string } | undefined> = {
  succeeded: { tone: 'good', text: 'Done.' },
  failed: { tone: 'bad', text: 'Failed.' },
  dead: { tone: 'bad', text: 'Gave up after the last attempt.' },
};

/** Announces the end of every job that the page does not show; the steps of a larger job stay silent. */
export function useJobToasts(): void {
  useEngineEvent('job.changed', (change) => {
    const end = ends[change.state];
    if (!end || change.parentId !== null || isFollowed(change.jobId)) return;
    const link =
      change.runId !== null && change.state === 'succeeded'
        ? { href: paths.run(change.runId), label: 'Open the run' }
        : { href: paths.job(change.jobId), label: 'Open the job' };
    const text = end.tone === 'bad' ? change.message || end.text : end.text;
    toast({ id: `job-${change.jobId}`, title: change.title, text, tone: end.tone, link });
  });
}
