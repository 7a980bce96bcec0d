import type { DataService } from '../../data/index.ts';
import { nextTimes } from '../../jobs/index.ts';
import type { LoggedFigures } from '../../serving/index.ts';
import type { Clock } from '../../system/index.ts';
import type { Occasion } from './check-runner.ts';
import { type Definition, definitionOf, type MonitorRow } from './monitor-book.ts';

/** A time that is met so much later was missed: the engine was not running, or the machine slept. */
const lateMs = 60_000;

/** When a monitor checks next by the clock; null for one that waits for something else. */
export function nextTime({ schedule }: Pick<Definition, 'schedule'>, nowMs: number): number | null {
  if (schedule.kind !== 'cron') return null;
  return nextTimes({ cron: schedule.cron, timeZone: schedule.timeZone }, nowMs, 1)[0] ?? null;
}

export type DueChecks = {
  /** Whether a monitor is to check now, and why; null when it is not. */
  occasion(row: MonitorRow): Promise<Occasion | null>;
  /** What a new monitor has seen already: it waits for what comes after. */
  beginning(definition: Definition): Promise<Occasion['remember']>;
  /** Null for a monitor that does not count requests. */
  requestsToGo(row: MonitorRow): Promise<number | null>;
};

/** The three ways in which a check becomes due. What was missed while no engine ran is due once. */
export function createDueChecks(options: {
  data: Pick<DataService, 'get'>;
  logged: LoggedFigures;
  clock: Clock;
}): DueChecks {
  const { data, logged, clock } = options;
  /** A dataset that has gone has no newest version; the check would say so, so none is due. */
  const newestOf = async (dataset: string): Promise<string | null> =>
    (await data.get(dataset).catch(() => null))?.latest?.id ?? null;
  const seen = (endpoint: string, row: MonitorRow, every: number): Promise<number> =>
    logged.countAfter(endpoint, row.seen_request ?? 0, every).catch(() => 0);

  return {
    async occasion(row) {
      const definition = definitionOf(row);
      const { schedule, watch } = definition;
      const nowMs = clock.nowMs();
      if (schedule.kind === 'cron') {
        const dueAtMs = row.next_check_at_ms;
        if (dueAtMs === null || dueAtMs > nowMs) return null;
        const trigger = nowMs - dueAtMs > lateMs ? 'catch-up' : 'schedule';
        return { trigger, dueAtMs, remember: { next_check_at_ms: nextTime(definition, nowMs) } };
      }
      if (schedule.kind === 'versions' && 'dataset' in watch) {
        const newest = await newestOf(watch.dataset);
        if (newest === null || newest === row.seen_version_id) return null;
        return { trigger: 'version', dueAtMs: nowMs, remember: { seen_version_id: newest } };
      }
      if (schedule.kind === 'requests' && 'endpoint' in watch) {
        if ((await seen(watch.endpoint, row, schedule.every)) < schedule.every) return null;
        const seen_request = await logged.newestId(watch.endpoint);
        return { trigger: 'requests', dueAtMs: nowMs, remember: { seen_request } };
      }
      return null;
    },

    async beginning(definition) {
      const { schedule, watch } = definition;
      return {
        next_check_at_ms: nextTime(definition, clock.nowMs()),
        seen_version_id:
          schedule.kind === 'versions' && 'dataset' in watch ? await newestOf(watch.dataset) : null,
        seen_request:
          schedule.kind === 'requests' && 'endpoint' in watch ? await logged.newestId(watch.endpoint) : null,
      };
    },

    async requestsToGo(row) {
      const { schedule, watch } = definitionOf(row);
      if (schedule.kind !== 'requests' || !('endpoint' in watch)) return null;
      return schedule.every - (await seen(watch.endpoint, row, schedule.every));
    },
  };
}
