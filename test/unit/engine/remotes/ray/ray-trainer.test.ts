import { expect, test } from 'vitest';
import { rayKind } from '../../../../../engine/remotes/ray/ray-kind.ts';
import type { RemoteTrainer } from '../../../../../engine/remotes/target.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarRay, farRay } from '../../../../kit/remotes/far-ray.ts';
import { pushContext } from '../../../../kit/remotes/sample-push.ts';

const order = new Map([['data.parquet', Buffer.from('rows')]]);
const limits = { memoryMb: 512 };

async function trainerOf(far: FarRay, config: Record<string, unknown> = {}): Promise<RemoteTrainer> {
  far.jobs.runner = () => {};
  const trainer = await rayKind.openTrainer?.({ url: far.origin, ...config });
  if (trainer === undefined) throw new Error('Ray trains.');
  return trainer;
}

test('a job is begun once, whatever happens to the answer', async () => {
  const far = await farRay();
  const trainer = await trainerOf(far, { trainingCpus: 0, trainingPackages: [] });
  expect(await trainer.look('assay_1', pushContext())).toBeNull();
  far.fault = firstTimes(1, ({ method }) => method === 'POST', { status: 503, body: 'a proxy gave up' });
  await trainer.start('assay_1', order, limits, pushContext());
  await trainer.start('assay_1', order, limits, pushContext());
  expect([...far.jobs.jobs]).toMatchObject([
    [
      'assay_1',
      { request: { entrypoint: 'python assay_ray_train.py 512', entrypoint_num_cpus: 0, runtime_env: {} } },
    ],
  ]);
  expect(far.seen.filter((line) => line.startsWith('PUT /api/packages'))).toHaveLength(1);
  expect(await trainer.look('assay_1', pushContext())).toEqual({ state: 'running', detail: '' });
});

test('what a dashboard cannot take is refused before anything is sent', async () => {
  const far = await farRay();
  const trainer = await trainerOf(far);
  const large = new Map([['data.parquet', new Uint8Array(101 * 1024 ** 2)]]);
  await expect(trainer.start('assay_1', large, limits, pushContext())).rejects.toMatchObject({
    code: 'targets/refused',
    message: expect.stringContaining('102 MiB; a Ray dashboard takes less than 100'),
    hint: expect.stringContaining('fewer rows or columns'),
  });
  expect(far.seen).toEqual([]);
});

test('what the cluster says against a job is told', async () => {
  const far = await farRay();
  const trainer = await trainerOf(far);
  far.fault = ({ method }) =>
    method === 'POST' ? { status: 400, body: 'entrypoint_num_cpus: too many' } : null;
  await expect(trainer.start('assay_1', order, limits, pushContext())).rejects.toMatchObject({
    code: 'targets/refused',
    message: expect.stringContaining('too many'),
  });
});

test('stopping what is not there or has ended does nothing', async () => {
  const far = await farRay();
  const trainer = await trainerOf(far);
  await trainer.stop('assay_1', pushContext());
  await trainer.start('assay_1', order, limits, pushContext());
  await trainer.stop('assay_1', pushContext());
  await trainer.stop('assay_1', pushContext());
  expect(await trainer.look('assay_1', pushContext())).toMatchObject({ state: 'stopped' });
});
