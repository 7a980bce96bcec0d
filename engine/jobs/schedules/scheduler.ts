import type {
  CreateSchedule,
  Schedule,
  ScheduledWork,
  ScheduleRun,
  UpdateSchedule,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Ids, Logger } from '../../system/index.ts';
import type { JobQueue } from '../job-types.ts';
import { checkTimes, nextTimes, type Times } from './cron-times.ts';
import { createScheduleBook, type RunRow, type ScheduleRow, toRun } from './schedule-book.ts';

/** What schedules can start; the rooms that do the work are not known here. */
export type WorkStarter = {
  /** Refuses work that cannot be started as things are now. */
  check(work: ScheduledWork): Promise<void>;
  /** Starts it and gives the id of its job. */
  start(work: ScheduledWork, scheduleId: string): Promise<string>;
};

/** Work that starts by itself. `schedules/not-found` can come from each call that takes an id. */
export type Scheduler = {
  list(): Promise<Schedule[]>;
  get(scheduleId: string): Promise<Schedule>;
  /** Errors: `schedules/name-taken`, `schedules/bad-cron`, `schedules/bad-work`, those of the work. */
  create(schedule: CreateSchedule): Promise<Schedule>;
  update(scheduleId: string, patch: UpdateSchedule): Promise<Schedule>;
  delete(scheduleId: string): Promise<void>;
  /** Errors: `schedules/still-running`; those of the work. */
  runNow(scheduleId: string): Promise<ScheduleRun>;
  runs(scheduleId: string): Promise<ScheduleRun[]>;
  times(times: Times & { count: number }): number[];
  /** Starts what is due; the timer that `start` sets does it. */
  check(): Promise<void>;
  /** Starts what an engine that was killed did not get to, deals with the times missed, and then waits for the next. */
  start(): Promise<void>;
  close(): Promise<void>;
};

/** A clock that is set, or a machine that slept, is noticed within this time. */
const longestWaitMs = 30_000;
/** A time that is met so much later was missed: the engine was not running, or the machine slept. */
const lateMs = 60_000;

const message = {
  running: 'The job before was still running',
  missed: 'The engine was not running',
  late: 'The engine was not running at that time; started when it was',
};

/** Schedules over the workspace database. One timer for all of them. */
export function createScheduler(options: {
  store: Store;
  jobs: Pick<JobQueue, 'get'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  work: WorkStarter;
}): Scheduler {
  const { jobs, events, clock, ids, logger, work } = options;
  const book = createScheduleBook(options.store);
  let timer: NodeJS.Timeout | undefined;
  let checking: Promise<void> = Promise.resolve();
  let isOpen = false;

  const tell = (scheduleId: string, change: 'created' | 'updated' | 'deleted' | 'ran'): void =>
    events.emit({ type: 'schedule.changed', data: { scheduleId, change } });
  const nextAfter = (row: Pick<ScheduleRow, 'cron' | 'time_zone'>, nowMs: number): number | null =>
    nextTimes({ cron: row.cron, timeZone: row.time_zone }, nowMs, 1)[0] ?? null;

  /** Whether the job that was started last has not ended. */
  const isRunning = async (scheduleId: string): Promise<boolean> => {
    const last = (await book.runs(scheduleId)).find(({ job_id }) => job_id !== null);
    if (last?.job_id == null) return false;
    const job = await jobs.get(last.job_id).catch(() => null);
    return job?.state === 'queued' || job?.state === 'running';
  };

  const launch = async (schedule: Schedule, run: RunRow): Promise<void> => {
    try {
      const jobId = await work.start(schedule.work, schedule.id);
      await book.end(run.pk, { outcome: 'started', job_id: jobId, message: run.message });
    } catch (thrown) {
      const reason = messageOf(thrown);
      await book.end(run.pk, { outcome: 'failed', job_id: null, message: reason });
      logger.warn({ scheduleId: schedule.id, error: reason }, 'a schedule could not start its work');
      events.emit(
        { type: 'schedule.changed', data: { scheduleId: schedule.id, change: 'ran' } },
        { text: `The schedule ${schedule.name} could not start: ${reason}`, link: '/batches/schedules' },
      );
      throw thrown;
    }
    tell(schedule.id, 'ran');
  };

  const meet = async (row: ScheduleRow, dueAtMs: number): Promise<void> => {
    const nowMs = clock.nowMs();
    const isLate = nowMs - dueAtMs > lateMs;
    const isMissed = isLate && row.catch_up === 'skip';
    const isBusy = !isMissed && (await isRunning(row.id));
    const run = await book.begin(
      {
        schedule_id: row.id,
        due_at_ms: dueAtMs,
        started_at_ms: nowMs,
        outcome: isMissed ? 'missed' : isBusy ? 'skipped' : 'starting',
        by_hand: 0,
        job_id: null,
        message: isMissed ? message.missed : isBusy ? message.running : isLate ? message.late : '',
      },
      nextAfter(row, nowMs),
    );
    if (run.outcome !== 'starting') return tell(row.id, 'ran');
    // Told by `launch`; the schedule goes on.
    await launch(await book.read(row), run).catch(() => {});
  };

  const check = async (): Promise<void> => {
    for (const row of await book.due(clock.nowMs())) {
      if (row.next_run_at_ms !== null) await meet(row, row.next_run_at_ms);
    }
  };
  const checkInTurn = (): Promise<void> => {
    checking = checking.then(check).catch((thrown: unknown) => {
      logger.error({ error: messageOf(thrown) }, 'schedules could not be looked at');
    });
    return checking;
  };
  const wait = async (): Promise<void> => {
    if (!isOpen) return;
    clearTimeout(timer);
    const next = await book.nextMs();
    if (!isOpen) return;
    const untilMs = next === null ? longestWaitMs : next - clock.nowMs();
    timer = setTimeout(() => void checkInTurn().then(wait), Math.min(Math.max(untilMs, 0), longestWaitMs));
    timer.unref();
  };
  const changed = async (scheduleId: string, change: 'created' | 'updated' | 'deleted'): Promise<void> => {
    tell(scheduleId, change);
    await wait();
  };

  return {
    list: async () => Promise.all((await book.all()).map(book.read)),
    get: async (scheduleId) => book.read(await book.find(scheduleId)),
    runs: async (scheduleId) => (await book.runs((await book.find(scheduleId)).id)).map(toRun),

    async create(schedule) {
      checkTimes(schedule);
      await book.refuseName(schedule.name, '');
      await work.check(schedule.work);
      const nowMs = clock.nowMs();
      const times = { cron: schedule.cron, time_zone: schedule.timeZone };
      const row = {
        ...times,
        id: ids.id('sch'),
        name: schedule.name,
        work: JSON.stringify(schedule.work),
        catch_up: schedule.catchUp,
        is_paused: schedule.isPaused ? 1 : 0,
        next_run_at_ms: schedule.isPaused ? null : nextAfter(times, nowMs),
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      };
      await book.insert(row);
      await changed(row.id, 'created');
      return book.read(row);
    },

    async update(scheduleId, patch) {
      const row = await book.find(scheduleId);
      const times = { cron: patch.cron ?? row.cron, time_zone: patch.timeZone ?? row.time_zone };
      checkTimes({ cron: times.cron, timeZone: times.time_zone });
      if (patch.name !== undefined) await book.refuseName(patch.name, row.id);
      if (patch.work !== undefined) await work.check(patch.work);
      const isPaused = patch.isPaused ?? row.is_paused === 1;
      const nowMs = clock.nowMs();
      await book.update(scheduleId, {
        ...times,
        name: patch.name ?? row.name,
        work: patch.work === undefined ? row.work : JSON.stringify(patch.work),
        catch_up: patch.catchUp ?? row.catch_up,
        is_paused: isPaused ? 1 : 0,
        next_run_at_ms: isPaused ? null : nextAfter(times, nowMs),
        updated_at_ms: nowMs,
      });
      await changed(scheduleId, 'updated');
      return book.read(await book.find(scheduleId));
    },

    async delete(scheduleId) {
      await book.find(scheduleId);
      await book.delete(scheduleId);
      await changed(scheduleId, 'deleted');
    },

    async runNow(scheduleId) {
      const row = await book.find(scheduleId);
      if (await isRunning(scheduleId))
        throw new AssayError('schedules/still-running', `The last job of "${row.name}" is still running.`);
      const nowMs = clock.nowMs();
      const run = await book.begin({
        schedule_id: scheduleId,
        due_at_ms: nowMs,
        started_at_ms: nowMs,
        outcome: 'starting',
        by_hand: 1,
        job_id: null,
        message: '',
      });
      await launch(await book.read(row), run);
      const ended = (await book.runs(scheduleId)).find(({ pk }) => pk === run.pk) ?? run;
      return toRun(ended);
    },

    times({ count, ...times }) {
      checkTimes(times);
      return nextTimes(times, clock.nowMs(), count);
    },

    check: checkInTurn,

    async start() {
      isOpen = true;
      for (const run of await book.starting())
        await launch(await book.read(await book.find(run.schedule_id)), run).catch(() => {});
      await checkInTurn();
      await wait();
    },

    async close() {
      isOpen = false;
      clearTimeout(timer);
      await checking;
    },
  };
}
