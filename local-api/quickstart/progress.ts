/** Progress of a job made of steps: a step's share of the bar is its weight, its seconds are kept. */
import type { JobContext } from '../../engine/jobs/index.ts';

export type Steps = {
  /** Runs the next step of the plan. */
  next<T>(work: () => Promise<T>): Promise<T>;
  /** Part `index` of `of` equal parts of the running step is `fraction` done. */
  part(index: number, of: number, fraction: number, message: string): void;
  finish(): { seconds: number; steps: { name: string; seconds: number }[] };
};

export function createSteps(
  context: Pick<JobContext<unknown>, 'progress' | 'log' | 'signal'>,
  plan: readonly { name: string; weight: number }[],
  nowMs: () => number = Date.now,
): Steps {
  const total = plan.reduce((sum, step) => sum + step.weight, 0);
  const startedMs = nowMs();
  const done: { name: string; seconds: number }[] = [];
  let before = 0;
  let parts: number[] = [];

  const report = (message: string): void => {
    const step = plan[done.length];
    if (!step) return;
    const inside = parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
    context.progress(
      (before + inside * step.weight) / total,
      `${done.length + 1}/${plan.length} ${step.name}${message ? `: ${message}` : ''}`,
    );
  };

  return {
    async next(work) {
      context.signal.throwIfAborted();
      const step = plan[done.length];
      if (!step) throw new Error('The plan has no further step.');
      const stepStartedMs = nowMs();
      parts = [];
      report('');
      const result = await work();
      const seconds = (nowMs() - stepStartedMs) / 1000;
      context.log(`${step.name}: ${seconds.toFixed(1)} s`);
      before += step.weight;
      done.push({ name: step.name, seconds });
      return result;
    },
    part(index, of, fraction, message) {
      while (parts.length < of) parts.push(0);
      parts[index] = fraction;
      report(message);
    },
    finish: () => ({ seconds: (nowMs() - startedMs) / 1000, steps: done }),
  };
}
