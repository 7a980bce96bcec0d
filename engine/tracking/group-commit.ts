import type { Store } from '../store/index.ts';

/** Points and facts that one commit takes; what is more waits for the next, so that a commit blocks some milliseconds. */
const maxWeight = 5000;

type Outcome = { ok: true; value: unknown } | { ok: false; thrown: unknown };
type Waiting = { weight: number; work: () => unknown; settle(outcome: Outcome): void };

export type GroupCommit = {
  /** Runs `work` in a transaction shared with others; answered after the commit. `weight` is about its rows. */
  run<T>(weight: number, work: () => T): Promise<T>;
  /** Resolves when everything handed in so far is committed or rejected. */
  idle(): Promise<void>;
};

/**
 * Puts the work of concurrent callers into one transaction: the flush to the disk, most of the cost of a small write, is
 * paid once for all that arrived while the last one was under way. Nobody waits for company.
 *
 * Each piece is all or nothing by itself: one that throws is undone and rejected, and the others go on. `undone` is told
 * of every piece that was undone, `committed` of every commit, before anybody is answered.
 */
export function createGroupCommit(store: Store, hooks: { committed(): void; undone(): void }): GroupCommit {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | null = null;

  const takeGroup = (): Waiting[] => {
    let weight = 0;
    const end = waiting.findIndex((each, index) => {
      weight += each.weight;
      return index > 0 && weight > maxWeight;
    });
    const group = end < 0 ? waiting : waiting.slice(0, end);
    waiting = waiting.slice(group.length);
    return group;
  };

  const commit = async (group: Waiting[]): Promise<void> => {
    let outcomes: Outcome[];
    try {
      outcomes = await store.transactionSync((sqlite) =>
        group.map(({ work }): Outcome => {
          try {
            return { ok: true, value: sqlite.transaction(work)() };
          } catch (thrown) {
            hooks.undone();
            // A full disk ends the whole transaction: then nothing of the group can be committed.
            if (!sqlite.inTransaction) throw thrown;
            return { ok: false, thrown };
          }
        }),
      );
      hooks.committed();
    } catch (thrown) {
      hooks.undone();
      outcomes = group.map(() => ({ ok: false, thrown }));
    }
    for (const [index, { settle }] of group.entries()) settle(outcomes[index] as Outcome);
  };

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Requests that are being read in this turn of the event loop join in.
      await new Promise(setImmediate);
      await commit(takeGroup());
    }
    // At once, and not when the promise settles: work handed in between the two would wait forever.
    flushing = null;
  };

  return {
    run: <T>(weight: number, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        const settle = (outcome: Outcome): void => {
          if (outcome.ok) resolve(outcome.value as T);
          else reject(outcome.thrown);
        };
        waiting.push({ weight, work, settle });
        flushing ??= flush();
      }),
    idle: async () => {
      await flushing;
    },
  };
}
