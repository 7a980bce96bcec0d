import type { Selectable } from 'kysely';
import { z } from 'zod';
import { type Job, JobError, JobKind, type JobLogLine } from '../../local-api/contract/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { SubmitJob } from './job-types.ts';

export type JobRow = Selectable<Database['jobs']>;
export type JobLimits = { memoryMb?: number | undefined; seconds?: number | undefined };
/** States in which a job is still to come to an end. */
const activeStates = ['queued', 'running'] as const;
const logLinesAtOnce = 2000;

const Limits = z.object({ memoryMb: z.number().optional(), seconds: z.number().optional() });

/** A row as the API shows it. */
export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: JobKind.parse(row.kind),
    title: row.title,
    state: row.state,
    isPaused: row.paused === 1 && row.state === 'queued',
    priority: row.priority,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    parentId: row.parent_id,
    runId: row.run_id,
    progress: { fraction: row.progress_fraction, message: row.progress_message },
    input: JSON.parse(row.input),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error === null ? null : JobError.parse(JSON.parse(row.error)),
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}

/** What the job asks for in place of the settings. */
export function limitsOf(row: JobRow): JobLimits {
  return Limits.parse(JSON.parse(row.limits));
}

/** How an attempt ended, as it is written down. `queued` again: tried once more from `notBeforeMs` on. */
export type Conclusion = {
  state: Job['state'];
  attempt: number;
  maxAttempts: number;
  notBeforeMs: number;
  result: unknown;
  error: JobError | null;
  progress: Job['progress'];
  endedAtMs: number | null;
};

/** The statements on `jobs` and `job_logs`. Changes of state are guarded by the state they leave. */
export type JobTable = ReturnType<typeof createJobTable>;

export function createJobTable({ db }: Pick<Store, 'db'>) {
  const byId = (id: string) => db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();

  return {
    byId,

    byKeys: (keys: readonly number[]) => db.selectFrom('jobs').selectAll().where('pk', 'in', keys).execute(),

    activeByDedupKey: (key: string) =>
      db
        .selectFrom('jobs')
        .selectAll()
        .where('dedup_key', '=', key)
        .where('state', 'in', activeStates)
        .executeTakeFirst(),

    insert: (id: string, job: SubmitJob, maxAttempts: number, nowMs: number) =>
      db
        .insertInto('jobs')
        .values({
          id,
          kind: job.kind,
          title: job.title,
          state: 'queued',
          priority: job.priority ?? 0,
          max_attempts: maxAttempts,
          parent_id: job.parentId ?? null,
          run_id: job.runId ?? null,
          dedup_key: job.dedupKey ?? null,
          input: JSON.stringify(job.input ?? null),
          limits: JSON.stringify(job.limits ?? {}),
          created_at_ms: nowMs,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),

    /** Takes the next job whose turn it is: one statement, so that no job is taken twice. */
    claimNext: (kinds: readonly string[], nowMs: number) =>
      db
        .updateTable('jobs')
        .set((eb) => ({
          state: 'running',
          attempt: eb('attempt', '+', 1),
          started_at_ms: nowMs,
          error: null,
          progress_fraction: null,
          progress_message: '',
        }))
        .where('pk', '=', (eb) =>
          eb
            .selectFrom('jobs')
            .select('pk')
            .where('state', '=', 'queued')
            .where('paused', '=', 0)
            .where('not_before_ms', '<=', nowMs)
            .where('kind', 'in', kinds)
            .orderBy('priority', 'desc')
            .orderBy('pk')
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst(),

    /** Takes a queued job out of its turn, to end it. */
    claimToEnd: (id: string) =>
      db
        .updateTable('jobs')
        .set({ state: 'running' })
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .returningAll()
        .executeTakeFirst(),

    /** When the next job that waits for a retry is due. */
    nextDueMs: async (nowMs: number): Promise<number | undefined> => {
      const next = await db
        .selectFrom('jobs')
        .select((eb) => eb.fn.min('not_before_ms').as('due'))
        .where('state', '=', 'queued')
        .where('paused', '=', 0)
        .where('not_before_ms', '>', nowMs)
        .executeTakeFirst();
      return next?.due ?? undefined;
    },

    /** Ended jobs that no run needs any more, a few hundred at a time. */
    endedUntil: async (endedUntilMs: number): Promise<string[]> => {
      const rows = await db
        .selectFrom('jobs')
        .select('id')
        .where('state', 'not in', activeStates)
        .where('ended_at_ms', '<=', endedUntilMs)
        .where(({ or, eb, not, exists, selectFrom }) =>
          or([
            eb('run_id', 'is', null),
            not(exists(selectFrom('runs').select('runs.pk').whereRef('runs.id', '=', 'jobs.run_id'))),
          ]),
        )
        .limit(500)
        .execute();
      return rows.map((row) => row.id);
    },

    /** The log goes first and part by part: ten thousand lines at once would hold up everything else. */
    async remove(id: string): Promise<void> {
      for (;;) {
        const lines = db
          .selectFrom('job_logs')
          .select('seq')
          .where('job_id', '=', id)
          .orderBy('seq')
          .limit(logLinesAtOnce);
        const { numDeletedRows } = await db
          .deleteFrom('job_logs')
          .where('job_id', '=', id)
          .where('seq', 'in', lines)
          .executeTakeFirst();
        if (numDeletedRows < BigInt(logLinesAtOnce)) break;
        await new Promise(setImmediate);
      }
      await db.deleteFrom('jobs').where('id', '=', id).where('state', 'not in', activeStates).execute();
    },

    running: () => db.selectFrom('jobs').selectAll().where('state', '=', 'running').orderBy('pk').execute(),

    activeChildren: async (parentId: string): Promise<string[]> => {
      const rows = await db
        .selectFrom('jobs')
        .select('id')
        .where('parent_id', '=', parentId)
        .where('state', 'in', activeStates)
        .execute();
      return rows.map((row) => row.id);
    },

    conclude: (id: string, end: Conclusion) =>
      db
        .updateTable('jobs')
        .set({
          state: end.state,
          attempt: end.attempt,
          max_attempts: end.maxAttempts,
          not_before_ms: end.notBeforeMs,
          result: end.result === undefined || end.result === null ? null : JSON.stringify(end.result),
          error: end.error === null ? null : JSON.stringify(end.error),
          progress_fraction: end.progress.fraction,
          progress_message: end.progress.message,
          ended_at_ms: end.endedAtMs,
        })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute(),

    /** A running job keeps the order to cancel it, so that a crash does not start it again. */
    markError: (id: string, error: JobError) =>
      db
        .updateTable('jobs')
        .set({ error: JSON.stringify(error) })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute(),

    /** Of a job that is queued (or `running`, where the order is to outlive a crash); undefined when it is in no such state. */
    setPaused: (id: string, isPaused: boolean, state: 'queued' | 'running') =>
      db
        .updateTable('jobs')
        .set({ paused: isPaused ? 1 : 0 })
        .where('id', '=', id)
        .where('state', '=', state)
        .where('paused', '=', isPaused ? 0 : 1)
        .returningAll()
        .executeTakeFirst(),

    saveProgress: (id: string, progress: Job['progress']) =>
      db
        .updateTable('jobs')
        .set({ progress_fraction: progress.fraction, progress_message: progress.message })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute(),

    requeue: (id: string, maxAttempts: number) =>
      db
        .updateTable('jobs')
        .set({
          state: 'queued',
          attempt: 0,
          max_attempts: maxAttempts,
          not_before_ms: 0,
          result: null,
          error: null,
          paused: 0,
          progress_fraction: null,
          progress_message: '',
          started_at_ms: null,
          ended_at_ms: null,
        })
        .where('id', '=', id)
        .where('state', 'in', ['failed', 'dead', 'cancelled'])
        .returningAll()
        .executeTakeFirst(),

    countsByKindAndState: () =>
      db
        .selectFrom('jobs')
        .select((eb) => ['kind', 'state', eb.fn.countAll<number>().as('count')])
        .groupBy(['kind', 'state'])
        .execute(),

    logs: async (id: string, after: number, limit: number): Promise<JobLogLine[]> => {
      const rows = await db
        .selectFrom('job_logs')
        .selectAll()
        .where('job_id', '=', id)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        seq: row.seq,
        atMs: row.at_ms,
        level: row.level === 'error' || row.level === 'warn' ? row.level : 'info',
        text: row.text,
      }));
    },

    lastLogSeq: async (id: string): Promise<number> => {
      const last = await db
        .selectFrom('job_logs')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .where('job_id', '=', id)
        .executeTakeFirst();
      return last?.seq ?? 0;
    },

    /** Adds lines and drops those up to `dropUpTo`. */
    appendLogs: async (id: string, lines: readonly JobLogLine[], dropUpTo: number): Promise<void> => {
      const rows = lines.map(({ seq, atMs, level, text }) => ({ job_id: id, seq, at_ms: atMs, level, text }));
      await db.transaction().execute(async (trx) => {
        // Five columns a row: well under SQLite's limit of 32,766 parameters.
        for (let start = 0; start < rows.length; start += 500) {
          await trx
            .insertInto('job_logs')
            .values(rows.slice(start, start + 500))
            .execute();
        }
        if (dropUpTo > 0) {
          await trx.deleteFrom('job_logs').where('job_id', '=', id).where('seq', '<=', dropUpTo).execute();
        }
      });
    },
  };
}
