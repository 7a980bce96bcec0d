/** Submits jobs of several kinds and waits for some, until it is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { jobQueueFixture } from '../../kit/jobs/job-queue-fixture.ts';
import { acknowledge, folderAndSeed, ready } from './acknowledge.ts';

const { dir, seed } = folderAndSeed();
const { queue, handle, submit } = await jobQueueFixture(dir);
handle('import', { resumable: true });
handle('export');
handle('train');
await queue.start();

ready();
// Two that are surely running when the kill comes: they never yield, so only the watch in the process can end them.
for (const kind of ['train', 'import'] as const) {
  const { id } = await submit({ do: 'spin', ms: kind === 'train' ? 60_000 : 300 }, { kind, priority: 1 });
  acknowledge('submitted', { id, kind });
}
for (let number = 0; ; number++) {
  const kind = number % 2 === 0 ? 'export' : 'import';
  const value = `${seed}/${number}`;
  const { id } = await submit({ do: 'echo', value }, { kind });
  acknowledge('submitted', { id, kind, value });
  if (number % 7 === 6) {
    await queue.cancel(id);
    acknowledge('cancelled', { id });
  } else {
    void queue.wait(id).then((job) => {
      if (job.state === 'succeeded') acknowledge('succeeded', { id, value });
    });
  }
  await delay(number < 10 ? 0 : 100);
}
