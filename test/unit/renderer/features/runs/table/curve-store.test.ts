import { describe, expect, it } from 'vitest';
import type { MetricSeries } from '../../../../../../local-api/contract/index.ts';
import { CurveStore, curvePath } from '../../../../../../renderer/features/runs/table/curve-store.ts';

const seriesOf = (runId: string, key: string, values: MetricSeries['values']): MetricSeries => ({
  runId,
  key,
  values,
  steps: values.map((_, step) => step),
  timestampsMs: values.map(() => 0),
  total: values.length,
});

/** A store whose timers run when the test says so. */
function storeWith(values: () => MetricSeries['values']) {
  const asked: [string[], string[]][] = [];
  const timers: (() => void)[] = [];
  const store = new CurveStore(
    async (runIds, keys) => {
      asked.push([runIds, keys]);
      return runIds.flatMap((runId) => keys.map((key) => seriesOf(runId, key, values())));
    },
    (run) => {
      timers.push(run);
      return () => undefined;
    },
  );
  const turn = async () => {
    for (const run of timers.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { store, asked, turn };
}

describe('CurveStore', () => {
  it('reads what the cells in sight ask for in one request, and each curve once', async () => {
    const { store, asked, turn } = storeWith(() => [1, 'NaN', 3]);
    const changes: string[] = [];
    store.watch('a', 'loss', () => changes.push('a'));
    store.watch('b', 'loss', () => changes.push('b'));
    const leave = store.watch('c', 'loss', () => changes.push('c'));
    leave();
    await turn();
    expect(asked).toEqual([[['a', 'b'], ['loss']]]);
    expect(changes).toEqual(['a', 'b']);
    expect(store.get('a', 'loss')).toEqual([1, null, 3]);
    store.watch('a', 'loss', () => undefined);
    await turn();
    expect(asked).toHaveLength(1);
  });

  it('reads a curve in sight again when points were logged, and forgets the others', async () => {
    let last = 1;
    const { store, asked, turn } = storeWith(() => [0, last]);
    store.watch('a', 'loss', () => undefined);
    const leave = store.watch('b', 'loss', () => undefined);
    await turn();
    leave();
    last = 2;
    store.touch('a', ['loss', 'other']);
    store.touch('b', ['loss']);
    await turn();
    expect(asked[1]).toEqual([['a'], ['loss']]);
    expect(store.get('a', 'loss')).toEqual([0, 2]);
    expect(store.get('b', 'loss')).toBeUndefined();
  });
});

describe('curvePath', () => {
  it('spans the box from the lowest to the highest value and breaks at gaps', () => {
    expect(curvePath([0, 10, null, 5, 5], 40, 10)).toBe('M0.0 10.0L10.0 0.0M30.0 5.0L40.0 5.0');
  });

  it('is flat in the middle for equal values, and empty for less than two numbers', () => {
    expect(curvePath([3, 3], 10, 8)).toBe('M0.0 4.0L10.0 4.0');
    expect(curvePath([3, null], 10, 8)).toBe('');
  });
});
