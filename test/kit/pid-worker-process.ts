import { runJobProcess } from '../../engine/jobs/run-job-process.ts';
import type { ToWorker } from '../../engine/training/study/fold-task.ts';

/** A worker of a search that answers every task with its process number as the seconds that it took. */
runJobProcess({
  'study-worker': async () => ({
    run: async (context) => {
      context.hear?.((message) => {
        const { type, id } = message as ToWorker;
        if (type === 'fit') context.send({ type: 'fitted', id, result: { seconds: process.pid } });
      });
      context.send({ type: 'ready' });
      await new Promise<never>(() => {});
    },
  }),
});
