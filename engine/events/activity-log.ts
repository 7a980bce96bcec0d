import type { Activity } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { Logger } from '../system/index.ts';

/** Lines kept for the Home page. */
const kept = 5000;
/** Old lines are removed now and then, not at each write. */
const prunedEvery = 200;

export type ActivityLine = Omit<Activity, 'id'>;

/** The sentences of the Home page. Writes follow one another; those made meanwhile share the next one. */
export function createActivityLog(options: { store: Store; logger: Logger }) {
  const { store, logger } = options;
  let waiting: ActivityLine[] = [];
  // The first write prunes, so that starts that write little do so too.
  let sincePruned = prunedEvery;
  let writing: Promise<void> | null = null;

  const insert = store.sqlite.prepare<[number, string, string, string | null]>(
    'INSERT INTO activity (at_ms, type, text, link) VALUES (?, ?, ?, ?)',
  );
  const prune = store.sqlite.prepare<[number]>(
    'DELETE FROM activity WHERE id <= (SELECT max(id) FROM activity) - ?',
  );

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      try {
        // Among the quick writes: runs are started by the hundred, and none waits for the disk because of its news.
        await store.transactionSync(() => {
          for (const { atMs, type, text, link } of lines) insert.run(atMs, type, text, link);
          sincePruned += lines.length;
          if (sincePruned < prunedEvery) return;
          sincePruned = 0;
          prune.run(kept);
        });
      } catch (thrown) {
        // A line of news is not worth failing what it tells of.
        logger.warn({ error: messageOf(thrown), lines: lines.length }, 'activity was not kept');
      }
    }
    // At once, and not when the promise settles: a line added between the two would stay behind.
    writing = null;
  };

  return {
    add(line: ActivityLine): void {
      waiting.push(line);
      writing ??= write();
    },

    async latest(limit: number, beforeId?: number): Promise<Activity[]> {
      await writing;
      let query = store.db.selectFrom('activity').selectAll().orderBy('id', 'desc').limit(limit);
      if (beforeId !== undefined) query = query.where('id', '<', beforeId);
      const rows = await query.execute();
      return rows.map(({ id, at_ms, type, text, link }) => ({ id, atMs: at_ms, type, text, link }));
    },

    async flush(): Promise<void> {
      await writing;
    },
  };
}
