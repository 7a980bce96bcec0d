import type { Job } from '../../../local-api/contract/index.ts';

export type LoopStep = { name: string; state: 'done' | 'now' | 'waiting' | 'failed'; note: string };

/** The steps of the sample loop, in order; the job says "2/6 Train four models: …" which one it is at. */
export const loopStepNames = [
  'Import two windows of flights',
  'Train four models',
  'Register the best',
  'Serve and check its answers',
  'Check drift',
  'Export the model',
] as const;

/** Reads where a sample loop is from its progress message and state. */
export function loopSteps(job: Pick<Job, 'state' | 'progress'>): LoopStep[] {
  const said = /^(\d+)\/(\d+) ([^:]+)(?:: (.*))?$/.exec(job.progress.message);
  const current = said ? Number(said[1]) - 1 : job.state === 'queued' ? -1 : 0;
  const isOver = job.state === 'failed' || job.state === 'dead' || job.state === 'cancelled';
  return loopStepNames.map((name, index) => {
    if (job.state === 'succeeded' || index < current) return { name, state: 'done', note: '' };
    if (index > current) return { name, state: 'waiting', note: '' };
    return { name, state: isOver ? 'failed' : 'now', note: said?.[4] ?? '' };
  });
}
