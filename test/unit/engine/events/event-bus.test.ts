import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEventBus } from '../../../../engine/events/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import type { EngineEvent, SentEvent } from '../../../../local-api/contract/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { tempStore } from '../../../kit/store.ts';

const settingsChanged = (key: string): EngineEvent => ({ type: 'settings.changed', data: { keys: [key] } });
const logged = (runId: string, ...keys: string[]): EngineEvent => ({
  type: 'metrics.logged',
  data: { runId, keys },
});

async function tempBus() {
  const store = await tempStore();
  const clock = fakeClock();
  const bus = createEventBus({ store, clock, logger: silentLogger });
  const seen: SentEvent[] = [];
  return { bus, clock, store, seen, listen: (event: SentEvent) => seen.push(event) };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('subscribe', () => {
  it('hears each event with an id that rises by one and the time', async () => {
    const { bus, clock, seen, listen } = await tempBus();
    const { unsubscribe } = bus.subscribe(listen);
    bus.emit(settingsChanged('a'));
    clock.advance(5);
    bus.emit(settingsChanged('b'));
    unsubscribe();
    bus.emit(settingsChanged('c'));
    expect(seen.map((event) => event.data)).toEqual([{ keys: ['a'] }, { keys: ['b'] }]);
    expect(seen[1]?.id).toBe((seen[0]?.id ?? 0) + 1);
    expect((seen[1]?.atMs ?? 0) - (seen[0]?.atMs ?? 0)).toBe(5);
  });

  it('gives what came after an id first, and says so when some of it is no longer known', async () => {
    const { bus, seen, listen } = await tempBus();
    const all: SentEvent[] = [];
    bus.subscribe((event) => all.push(event));
    for (let i = 0; i < 5; i += 1) bus.emit(settingsChanged(String(i)));
    const [first] = all;
    expect(bus.subscribe(listen, first?.id).missed).toBe(false);
    expect(seen).toEqual(all.slice(1));
    expect(bus.subscribe(() => {}, all.at(-1)?.id).missed).toBe(false);

    for (let i = 0; i < 10_000; i += 1) bus.emit(settingsChanged('x'));
    expect(bus.subscribe(() => {}, all[4]?.id).missed).toBe(false);
    expect(bus.subscribe(() => {}, all[3]?.id).missed).toBe(true);
  });

  it('says that something was missed when the id is of an engine before, or of none', async () => {
    const { bus, store, clock } = await tempBus();
    bus.emit(settingsChanged('a'));
    const ids: number[] = [];
    bus.subscribe((event) => ids.push(event.id), 0);
    clock.advance(1000);
    const next = createEventBus({ store, clock, logger: silentLogger });
    expect(next.subscribe(() => {}, ids[0]).missed).toBe(true);
    expect(next.subscribe(() => {}, Number.MAX_SAFE_INTEGER).missed).toBe(true);
  });

  it('gives every listener the same order when one of them emits, and survives one that throws', async () => {
    const { bus, seen, listen } = await tempBus();
    bus.subscribe((event) => {
      if (event.type === 'settings.changed' && event.data.keys[0] === 'a') bus.emit(settingsChanged('b'));
      throw new Error('a broken listener');
    });
    bus.subscribe(listen);
    bus.emit(settingsChanged('a'));
    expect(seen.map((event) => event.data)).toEqual([{ keys: ['a'] }, { keys: ['b'] }]);
  });
});

describe('metrics.logged', () => {
  it('is told at once, then at most four times a second a run, with no key lost', async () => {
    vi.useFakeTimers();
    const { bus, seen, listen } = await tempBus();
    bus.subscribe(listen);
    for (let i = 0; i < 100; i += 1) {
      bus.emit(logged('r1', `k${i}`));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(1000);
    expect(seen.length).toBeLessThanOrEqual(5);
    const keys = seen.flatMap((event) => (event.type === 'metrics.logged' ? event.data.keys : []));
    expect(new Set(keys).size).toBe(100);
    seen.length = 0;
    bus.emit(logged('r1', 'again'));
    bus.emit(logged('r2', 'other'));
    expect(seen).toHaveLength(2);
  });

  it('comes before the news that its run has changed', async () => {
    vi.useFakeTimers();
    const { bus, seen, listen } = await tempBus();
    bus.subscribe(listen);
    bus.emit(logged('r1', 'a'));
    bus.emit(logged('r1', 'b'));
    bus.emit({ type: 'run.changed', data: { runId: 'r1', experimentId: '0', change: 'updated' } });
    expect(seen.map((event) => event.type)).toEqual(['metrics.logged', 'metrics.logged', 'run.changed']);
  });
});

describe('activity', () => {
  it('is kept over a restart, newest first, page by page', async () => {
    const { bus, store, clock } = await tempBus();
    for (let i = 0; i < 5; i += 1)
      bus.emit(settingsChanged('x'), { text: `line ${i}`, link: i === 0 ? null : '/x' });
    await bus.close();
    const next = createEventBus({ store, clock, logger: silentLogger });
    const page = await next.activity(2);
    expect(page.map((line) => line.text)).toEqual(['line 4', 'line 3']);
    const rest = await next.activity(10, page.at(-1)?.id);
    expect(rest.map((line) => line.text)).toEqual(['line 2', 'line 1', 'line 0']);
    expect(rest.at(-1)).toMatchObject({ type: 'settings.changed', link: null });
  });

  it('shows a line as soon as it was emitted, also one emitted while another is being written', async () => {
    const { bus } = await tempBus();
    for (let i = 0; i < 50; i += 1) {
      bus.emit(settingsChanged('x'), { text: `line ${i}`, link: null });
      expect((await bus.activity(1))[0]?.text).toBe(`line ${i}`);
    }
  });

  it('is pruned to the newest 5,000 lines', async () => {
    const { bus, store } = await tempBus();
    for (let i = 0; i < 5600; i += 1) {
      bus.emit(settingsChanged('x'), { text: `line ${i}`, link: null });
      if (i % 100 === 0) await bus.activity(1);
    }
    await bus.close();
    const lines = await store.db.selectFrom('activity').select('id').execute();
    expect(lines.length).toBeGreaterThanOrEqual(5000);
    expect(lines.length).toBeLessThanOrEqual(5400);
  });
});
