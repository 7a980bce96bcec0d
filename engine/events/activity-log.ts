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

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting;
      waiting = [];
      const rows = lines.map(({ atMs, type, text, link }) => ({ at_ms: atMs, type, text, link }));
      try {
        await store.transaction(async (trx) => {
          await trx.insertInto('activity').values(rows).execute();
          sincePruned += rows.length;
          if (sincePruned < prunedEvery) return;
          sincePruned = 0;
          const newest = trx.selectFrom('activity').select((eb) => eb(eb.fn.max('id'), '-', kept).as('id'));
          await trx.deleteFrom('activity').where('id', '<=', newest).execute();
        });
      } catch (thrown) {
        // A line of news is not worth failing what it tells of.
        logger.warn({ error: messageOf(thrown), lines: rows.length }, 'activity was not kept');
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
