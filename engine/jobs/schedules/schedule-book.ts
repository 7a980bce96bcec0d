import type { Kysely, Selectable } from 'kysely';
import { type Schedule, ScheduledWork, type ScheduleRun } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Database, Store } from '../../store/index.ts';

export type ScheduleRow = Selectable<Database['schedules']>;
export type RunRow = Selectable<Database['schedule_runs']>;

/** Times remembered of each schedule. */
const keptRuns = 100;

/** The statements on `schedules` and `schedule_runs`. */
export function createScheduleBook(store: Pick<Store, 'db' | 'transaction'>) {
  const { db } = store;

  const find = async (id: string): Promise<ScheduleRow> => {
    const row = await db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new AssayError('schedules/not-found', `There is no schedule ${id}.`);
    return row;
  };
  const runs = (scheduleId: string, limit: number): Promise<RunRow[]> =>
    db
      .selectFrom('schedule_runs')
      .selectAll()
      .where('schedule_id', '=', scheduleId)
      .orderBy('pk', 'desc')
      .limit(limit)
      .execute();

  return {
    find,
    all: () => db.selectFrom('schedules').selectAll().orderBy('name').execute(),
    runs: (scheduleId: string) => runs(scheduleId, keptRuns),

    async refuseName(name: string, exceptId: string): Promise<void> {
      const twin = await db
        .selectFrom('schedules')
        .select('id')
        .where('name', '=', name)
        .where('id', '!=', exceptId)
        .executeTakeFirst();
      if (twin !== undefined)
        throw new AssayError('schedules/name-taken', `There is a schedule "${name}" already.`);
    },

    insert: (row: ScheduleRow) => db.insertInto('schedules').values(row).execute(),
    update: (id: string, values: Partial<Omit<ScheduleRow, 'id'>>) =>
      db.updateTable('schedules').set(values).where('id', '=', id).execute(),
    delete: (id: string) => db.deleteFrom('schedules').where('id', '=', id).execute(),

    due: (nowMs: number) =>
      db
        .selectFrom('schedules')
        .selectAll()
        .where('next_run_at_ms', '<=', nowMs)
        .orderBy('next_run_at_ms')
        .execute(),
    async nextMs(): Promise<number | null> {
      const next = await db
        .selectFrom('schedules')
        .select(({ fn }) => fn.min('next_run_at_ms').as('ms'))
        .executeTakeFirst();
      return next?.ms ?? null;
    },
    /** Runs that an engine before did not get to start. */
    starting: () => db.selectFrom('schedule_runs').selectAll().where('outcome', '=', 'starting').execute(),

    /** Notes a run, and in the same step the next time of its schedule where one is given. */
    async begin(run: Omit<RunRow, 'pk'>, nextRunAtMs?: number | null): Promise<RunRow> {
      return store.transaction(async (trx: Kysely<Database>) => {
        const row = await trx
          .insertInto('schedule_runs')
          .values(run)
          .returningAll()
          .executeTakeFirstOrThrow();
        if (nextRunAtMs !== undefined)
          await trx
            .updateTable('schedules')
            .set({ next_run_at_ms: nextRunAtMs })
            .where('id', '=', run.schedule_id)
            .execute();
        const oldest = trx
          .selectFrom('schedule_runs')
          .select('pk')
          .where('schedule_id', '=', run.schedule_id)
          .orderBy('pk', 'desc')
          .limit(keptRuns);
        await trx
          .deleteFrom('schedule_runs')
          .where('schedule_id', '=', run.schedule_id)
          .where('pk', 'not in', oldest)
          .execute();
        return row;
      });
    },
    async end(pk: number, values: Pick<RunRow, 'outcome' | 'job_id' | 'message'>): Promise<void> {
      await db.updateTable('schedule_runs').set(values).where('pk', '=', pk).execute();
    },

    async read(row: ScheduleRow): Promise<Schedule> {
      const [last] = await runs(row.id, 1);
      return {
        id: row.id,
        name: row.name,
        cron: row.cron,
        timeZone: row.time_zone,
        work: ScheduledWork.parse(JSON.parse(row.work)),
        catchUp: row.catch_up,
        isPaused: row.is_paused === 1,
        nextRunAtMs: row.next_run_at_ms,
        lastRun: last === undefined ? null : toRun(last),
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      };
    },
  };
}

export function toRun(row: RunRow): ScheduleRun {
  return {
    dueAtMs: row.due_at_ms,
    startedAtMs: row.started_at_ms,
    outcome: row.outcome,
    byHand: row.by_hand === 1,
    jobId: row.job_id,
    message: row.message,
  };
}
