import { describe, expect, test } from 'vitest';
import { createGate } from '../../../../../engine/serving/endpoints/gate.ts';

/** Work that ends when it is told to. */
function task() {
  let end: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}

describe('the gate of an endpoint', () => {
  test('lets a bounded number through, the others in the order they came', async () => {
    const gate = createGate(() => ({ maxInFlight: 2, maxWaiting: 10 }));
    const tasks = Array.from({ length: 4 }, task);
    const begun: number[] = [];
    const all = tasks.map(({ done }, i) =>
      gate.pass(() => {
        begun.push(i);
        return done;
      }),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    tasks[1]?.end();
    await all[1];
    expect(begun).toEqual([0, 1, 2]);
    for (const { end } of tasks) end();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('refuses at once when too many wait, and takes on again when one has left', async () => {
    const gate = createGate(() => ({ maxInFlight: 1, maxWaiting: 1 }));
    const first = task();
    const running = gate.pass(() => first.done);
    const waiting = gate.pass(async () => 'second');
    await expect(gate.pass(async () => 'third')).rejects.toMatchObject({ code: 'predictions/busy' });
    first.end();
    await running;
    expect(await waiting).toBe('second');
    expect(await gate.pass(async () => 'fourth')).toBe('fourth');
  });

  test('gives the place of one who stops waiting to the next, and frees that of work that fails', async () => {
    const gate = createGate(() => ({ maxInFlight: 1, maxWaiting: 2 }));
    const first = task();
    const running = gate.pass(async () => {
      await first.done;
      throw new Error('broken');
    });
    const controller = new AbortController();
    const gone = gate.pass(async () => 'never', controller.signal);
    const next = gate.pass(async () => 'next');
    controller.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    first.end();
    await expect(running).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });
});
