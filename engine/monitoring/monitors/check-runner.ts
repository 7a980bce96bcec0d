import { z } from 'zod';
import type { MonitorCheck } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import type { Clock, Ids, Logger } from '../../system/index.ts';
import { concludeCheck } from './conclude-check.ts';
import type { Measurement } from './judge-check.ts';
import { type CheckPlan, type Meters, meterOf, type Nothing } from './meters.ts';
import { type CheckRow, definitionOf, type MonitorBook, type MonitorRow } from './monitor-book.ts';

const Plan = z.object({ key: z.string(), subject: z.string(), input: z.record(z.string(), z.unknown()) });

/** What would be looked at, that there is nothing, or why it cannot be known. */
type Planned = CheckPlan | Nothing | { failed: string };

/** What begins a check, and what its monitor is to remember of it. */
export type Occasion = {
  trigger: MonitorCheck['trigger'];
  dueAtMs: number;
  remember: Partial<Pick<MonitorRow, 'next_check_at_ms' | 'seen_version_id' | 'seen_request'>>;
};

export type CheckRunner = {
  /** Begins a check and gives it; what comes of it is written when it is there. */
  begin(row: MonitorRow, occasion: Occasion): Promise<CheckRow>;
  /** Goes on with what an engine before began. */
  resume(): Promise<void>;
  idle(): Promise<void>;
  /** Leaves what goes on to the next engine. */
  close(): Promise<void>;
};

/** Carries checks from their beginning to their end. `told` is called when an alert may have to be told of. */
export function createCheckRunner(options: {
  book: MonitorBook;
  meters: Meters;
  jobs: Pick<JobQueue, 'wait'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  told: () => Promise<void>;
}): CheckRunner {
  const { book, meters, jobs, events, clock, ids, logger } = options;
  const going = new Set<Promise<void>>();
  const stopped = new AbortController();

  const tell = (monitorId: string, change: 'checking' | 'checked', jobId: string | null): void =>
    events.emit({ type: 'monitor.changed', data: { monitorId, change, jobId } });

  /** What would be looked at now; a fault of it, such as a dataset that has gone, is what came of the check. */
  const planOf = async (row: MonitorRow): Promise<Planned> => {
    try {
      const { watch, rule } = definitionOf(row);
      return await meterOf(meters, watch).plan(rule.metric);
    } catch (thrown) {
      return { failed: messageOf(thrown) };
    }
  };

  const measure = async (row: MonitorRow, check: CheckRow, plan: CheckPlan): Promise<Measurement> => {
    const meter = meterOf(meters, definitionOf(row).watch);
    const jobId = check.job_id ?? (await meter.begin(plan));
    if (jobId === null) return meter.finish(plan, null);
    if (check.job_id === null) {
      await book.noteJob(check.pk, jobId);
      tell(row.id, 'checking', jobId);
    }
    const job = await jobs.wait(jobId, stopped.signal);
    if (job.state === 'succeeded') return meter.finish(plan, job);
    throw new AssayError('internal', job.error?.message ?? `The job of the check was ${job.state}.`);
  };

  const carry = async (row: MonitorRow, check: CheckRow, plan: CheckPlan): Promise<void> => {
    const { rule, watchedSinceMs } = definitionOf(row);
    try {
      const measured = await measure(row, check, plan);
      const before = await book.quietValues(row.id, rule.metric, watchedSinceMs);
      const last = await book.lastMeasured(row.id, watchedSinceMs);
      const isRepeated = row.state !== 'waiting' && last !== undefined && keyOf(last) === plan.key;
      const nowMs = clock.nowMs();
      await book.conclude((trx) => concludeCheck(trx, { check, measured, before, isRepeated, nowMs, ids }));
    } catch (thrown) {
      // The engine stops: the next one goes on with it.
      if (stopped.signal.aborted) return;
      logger.warn({ monitorId: row.id, error: messageOf(thrown) }, 'a monitor could not check');
      await book.fail(check.pk, messageOf(thrown), clock.nowMs());
    }
    tell(row.id, 'checked', null);
    await options.told();
  };
  const carryOn = (row: MonitorRow, check: CheckRow, plan: CheckPlan): void => {
    const done = carry(row, check, plan)
      .catch((thrown: unknown) =>
        logger.error({ monitorId: row.id, error: messageOf(thrown) }, 'a check could not be written'),
      )
      .finally(() => going.delete(done));
    going.add(done);
  };

  return {
    async begin(row, { trigger, dueAtMs, remember }) {
      const planned = await planOf(row);
      const nowMs = clock.nowMs();
      const last = await book.lastMeasured(row.id, definitionOf(row).watchedSinceMs);
      const opening = openingOf(planned, trigger === 'hand' || row.state === 'waiting' ? undefined : last);
      const isOver = opening.outcome !== 'running';
      const check = await book.begin(
        {
          ...opening,
          monitor_id: row.id,
          trigger,
          due_at_ms: dueAtMs,
          started_at_ms: nowMs,
          ended_at_ms: isOver ? nowMs : null,
          plan: 'key' in planned ? JSON.stringify(planned) : null,
          subject: 'key' in planned ? planned.subject : '',
          job_id: null,
          figures: '{}',
          value: null,
          low: null,
          high: null,
          alert_id: null,
        },
        remember,
      );
      tell(row.id, isOver ? 'checked' : 'checking', null);
      if ('key' in planned && !isOver) carryOn(row, check, planned);
      return check;
    },

    async resume() {
      for (const check of await book.running()) {
        const row = await book.find(check.monitor_id);
        carryOn(row, check, Plan.parse(JSON.parse(check.plan ?? '{}')));
      }
    },

    async idle() {
      while (going.size > 0) await Promise.all(going);
    },

    async close() {
      stopped.abort(new Error('the engine stops'));
      await Promise.all(going);
    },
  };
}

/** How a check begins: running, or over already because there is nothing to do. */
function openingOf(
  planned: Planned,
  last: CheckRow | undefined,
): Pick<CheckRow, 'outcome' | 'message' | 'link'> {
  if ('nothing' in planned) return { outcome: 'nothing', message: planned.nothing, link: null };
  if ('failed' in planned) return { outcome: 'failed', message: planned.failed, link: null };
  if (last !== undefined && keyOf(last) === planned.key)
    return { outcome: 'unchanged', message: 'Nothing new since the check before', link: last.link };
  return { outcome: 'running', message: '', link: null };
}

function keyOf({ plan }: CheckRow): string | null {
  return plan === null ? null : Plan.parse(JSON.parse(plan)).key;
}
