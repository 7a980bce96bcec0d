import { onTestFinished } from 'vitest';
import { createEventBus } from '../../engine/events/index.ts';
import type { Store } from '../../engine/store/index.ts';
import { silentLogger } from '../../engine/system/index.ts';
import { createTracking, type TrackingService } from '../../engine/tracking/index.ts';
import type { SentEvent } from '../../local-api/contract/index.ts';
import { countingIds, type FakeClock, fakeClock } from './clock.ts';
import { tempStore } from './store.ts';

export type TempTracking = {
  tracking: TrackingService;
  store: Store;
  clock: FakeClock;
  /** What was told, in order. */
  events: SentEvent[];
};

/** A real tracking service on a database of the running test; ids count up and the clock stands still. */
export async function tempTracking(options: { tmpDir?: string } = {}): Promise<TempTracking> {
  const store = await tempStore();
  const clock = fakeClock();
  const bus = createEventBus({ store, clock, logger: silentLogger });
  onTestFinished(() => bus.close());
  const events: SentEvent[] = [];
  bus.subscribe((event) => events.push(event));
  return {
    tracking: createTracking({ store, events: bus, clock, ids: countingIds(), ...options }),
    store,
    clock,
    events,
  };
}
