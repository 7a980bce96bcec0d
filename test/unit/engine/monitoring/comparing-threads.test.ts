import { expect, it } from 'vitest';
import { startComparing } from '../../../../engine/monitoring/comparing-threads.ts';
import { seededRandom } from '../../../../engine/statistics/index.ts';
import { DriftSettings } from '../../../../local-api/contract/index.ts';

function task(name: string, size: number) {
  const random = seededRandom(3, name);
  const read = (shift: number) =>
    Float64Array.from({ length: size + 2 }, (_, row) => (row < 2 ? Number.NaN : random.normal() + shift));
  return {
    column: { name, type: 'float' as const, kind: 'number' as const, isNamed: false },
    settings: DriftSettings.parse({}),
    reference: read(0),
    current: read(0.4),
  };
}

it('finds on threads what it finds without, and gives the buffers back', async () => {
  const [here, threads] = [startComparing(0), startComparing(2)];
  try {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const compared = await Promise.all(names.map((name) => threads.compare(task(name, 500))));
    for (const [i, { outcome, buffers }] of compared.entries()) {
      expect(outcome).toEqual((await here.compare(task(names[i] ?? '', 500))).outcome);
      expect(buffers.map((buffer) => buffer.byteLength)).toEqual([4016, 4016]);
    }
    const { outcome } = await threads.compare(task('few', 3));
    expect(outcome).toEqual({ reason: 'only 3 values in the reference' });
  } finally {
    await threads.stop();
  }
});

it('refuses what is under way when it is stopped', async () => {
  const threads = startComparing(1);
  const waiting = expect(threads.compare(task('a', 200_000))).rejects.toThrow('a comparing thread has ended');
  await threads.stop();
  await waiting;
});
