import type { Transform } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { Logger } from '../system/index.ts';
import { inOrder, nodeOf } from './dependencies.ts';

/** `canRun`: its inputs are there, and the last run did not fail over the very same. */
export type Standing = { transform: Transform; canRun: boolean };

export type AutoRuns = {
  /** Looks whether something is to be run; soon, and once for calls that come together. */
  look(): void;
  start(): void;
  close(): Promise<void>;
};

/**
 * Runs transforms by themselves when an input has a new version. One whose input is about to be made anew waits for that, so a
 * chain runs in its order and each of it once. What failed is not tried again until something changes.
 */
export function createAutoRuns(options: {
  events: Pick<EventBus, 'subscribe'>;
  logger: Logger;
  /** Those that are to run by themselves, as they stand. */
  transforms(): Promise<Standing[]>;
  run(transform: Transform): Promise<void>;
}): AutoRuns {
  const { events, logger } = options;
  let isOpen = false;
  let isWanted = false;
  let working: Promise<void> = Promise.resolve();
  let stopListening = (): void => {};

  const runDue = async (): Promise<void> => {
    for (const transform of dueOf(await options.transforms())) {
      if (!isOpen) return;
      await options.run(transform).catch((thrown: unknown) => {
        logger.warn(
          { transform: transform.name, error: messageOf(thrown) },
          'a transform could not run by itself',
        );
      });
    }
  };
  const look = (): void => {
    if (!isOpen || isWanted) return;
    isWanted = true;
    working = working.then(async () => {
      isWanted = false;
      if (!isOpen) return;
      await runDue().catch((thrown: unknown) => {
        if (isOpen) logger.error({ error: messageOf(thrown) }, 'transforms could not be looked at');
      });
    });
  };
  return {
    look,
    start() {
      isOpen = true;
      stopListening = events.subscribe((event) => {
        if (event.type === 'dataset.changed' && event.data.change === 'created') look();
      }).unsubscribe;
      look();
    },
    async close() {
      isOpen = false;
      stopListening();
      await working;
    },
  };
}

/** Those to run now: not up to date, and with no input that one before them is still to make. */
export function dueOf(standing: readonly Standing[]): Transform[] {
  const nodes = inOrder(
    standing.map((one) => ({ ...nodeOf(one.transform.name, one.transform.definition), ...one })),
  );
  const unsettled = new Set<string>();
  const due: Transform[] = [];
  for (const { transform, canRun, reads, writes } of nodes) {
    const { state } = transform;
    const waits = reads.some((dataset) => unsettled.has(dataset));
    const isDue = canRun && (state === 'stale' || state === 'never-run');
    if (waits || isDue || state === 'running') for (const dataset of writes) unsettled.add(dataset);
    if (!waits && isDue) due.push(transform);
  }
  return due;
}
