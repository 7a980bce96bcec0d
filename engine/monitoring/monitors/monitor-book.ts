import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import {
  AlertRule,
  type Monitor,
  type MonitorAlert,
  type MonitorCheck,
  MonitorSchedule,
  MonitorWatch,
} from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Database, Store } from '../../store/index.ts';
import { usualChecks } from './judge-check.ts';
import type { AlertQuery } from './monitor-service.ts';

export type MonitorRow = Selectable<Database['monitors']>;
export type CheckRow = Selectable<Database['monitor_checks']>;
export type AlertRow = Selectable<Database['monitor_alerts']>;

/** Checks remembered of each monitor. */
const keptChecks = 2000;

export const Definition = z.object({
  description: z.string(),
  watch: MonitorWatch,
  schedule: MonitorSchedule,
  rule: AlertRule,
  /** Checks before this moment looked at something else. */
  watchedSinceMs: z.int(),
});
export type Definition = z.infer<typeof Definition>;

export function definitionOf(row: Pick<MonitorRow, 'definition'>): Definition {
  return Definition.parse(JSON.parse(row.definition));
}

const Figures = z.record(z.string(), z.number());
const Acknowledgement = z.object({ by: z.string(), note: z.string(), atMs: z.int() });

/** The statements on monitors, their checks and alerts. */
export function createMonitorBook(store: Pick<Store, 'db' | 'transaction'>) {
  const { db } = store;

  const find = async (id: string): Promise<MonitorRow> => {
    const row = await db.selectFrom('monitors').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new AssayError('monitors/not-found', `There is no monitor ${id}.`);
    return row;
  };
  const findAlert = async (id: string): Promise<MonitorAlert> => {
    const row = await alertsWithMonitor().where('monitor_alerts.id', '=', id).executeTakeFirst();
    if (row === undefined) throw new AssayError('monitor-alerts/not-found', `There is no alert ${id}.`);
    return toAlert(row);
  };
  const alertsWithMonitor = () =>
    db
      .selectFrom('monitor_alerts')
      .innerJoin('monitors', 'monitors.id', 'monitor_alerts.monitor_id')
      .selectAll('monitor_alerts')
      .select(['monitors.name as monitor', 'monitors.definition']);
  const lastEnded = (monitorId: string, count: number): Promise<CheckRow[]> =>
    db
      .selectFrom('monitor_checks')
      .selectAll()
      .where('monitor_id', '=', monitorId)
      .where('outcome', '!=', 'running')
      .orderBy('pk', 'desc')
      .limit(count)
      .execute();

  return {
    find,
    findAlert,
    all: () => db.selectFrom('monitors').selectAll().orderBy('name').execute(),
    enabled: () => db.selectFrom('monitors').selectAll().where('is_enabled', '=', 1).execute(),
    async refuseName(name: string, exceptId: string): Promise<void> {
      const twin = await db
        .selectFrom('monitors')
        .select('id')
        .where('name', '=', name)
        .where('id', '!=', exceptId)
        .executeTakeFirst();
      if (twin !== undefined)
        throw new AssayError('monitors/name-taken', `There is a monitor "${name}" already.`);
    },
    insert: (row: MonitorRow) => db.insertInto('monitors').values(row).execute(),
    update: (id: string, values: Partial<Omit<MonitorRow, 'id'>>) =>
      db.updateTable('monitors').set(values).where('id', '=', id).execute(),
    delete: (id: string) => db.deleteFrom('monitors').where('id', '=', id).execute(),
    async nextMs(): Promise<number | null> {
      const next = await db
        .selectFrom('monitors')
        .select(({ fn }) => fn.min('next_check_at_ms').as('ms'))
        .where('is_enabled', '=', 1)
        .executeTakeFirst();
      return next?.ms ?? null;
    },

    running: () => db.selectFrom('monitor_checks').selectAll().where('outcome', '=', 'running').execute(),
    runningOf: (monitorId: string) =>
      db
        .selectFrom('monitor_checks')
        .selectAll()
        .where('monitor_id', '=', monitorId)
        .where('outcome', '=', 'running')
        .executeTakeFirst(),
    check: (pk: number) =>
      db.selectFrom('monitor_checks').selectAll().where('pk', '=', pk).executeTakeFirstOrThrow(),
    checks(monitorId: string, query: { limit: number; before?: number | undefined }): Promise<CheckRow[]> {
      let found = db
        .selectFrom('monitor_checks')
        .selectAll()
        .where('monitor_id', '=', monitorId)
        .orderBy('pk', 'desc')
        .limit(query.limit);
      if (query.before !== undefined) found = found.where('pk', '<', query.before);
      return found.execute();
    },
    /** The last check that measured something. */
    lastMeasured: (monitorId: string, fromMs: number) =>
      db
        .selectFrom('monitor_checks')
        .selectAll()
        .where('monitor_id', '=', monitorId)
        .where('outcome', 'in', ['ok', 'breach'])
        .where('started_at_ms', '>=', fromMs)
        .orderBy('pk', 'desc')
        .limit(1)
        .executeTakeFirst(),
    /** The figure `metric` of the quiet checks since a moment, newest first. */
    async quietValues(monitorId: string, metric: string, fromMs: number): Promise<number[]> {
      const rows = await db
        .selectFrom('monitor_checks')
        .select('figures')
        .where('monitor_id', '=', monitorId)
        .where('outcome', '=', 'ok')
        .where('started_at_ms', '>=', fromMs)
        .orderBy('pk', 'desc')
        .limit(usualChecks)
        .execute();
      return rows.flatMap(({ figures }) => Figures.parse(JSON.parse(figures))[metric] ?? []);
    },

    /** Notes that a check begins, and in the same step what its monitor has seen and when the next one is. */
    begin: (check: Omit<CheckRow, 'pk'>, monitor: Partial<Omit<MonitorRow, 'id'>>): Promise<CheckRow> =>
      store.transaction(async (trx) => {
        const row = await trx
          .insertInto('monitor_checks')
          .values(check)
          .returningAll()
          .executeTakeFirstOrThrow();
        if (Object.keys(monitor).length > 0)
          await trx.updateTable('monitors').set(monitor).where('id', '=', check.monitor_id).execute();
        await forgetOld(trx, check.monitor_id);
        return row;
      }),
    noteJob: (pk: number, jobId: string) =>
      db.updateTable('monitor_checks').set({ job_id: jobId }).where('pk', '=', pk).execute(),
    /** It could not be measured, which says nothing about what it watches: the state of the monitor stays. */
    fail: (pk: number, message: string, endedAtMs: number) =>
      db
        .updateTable('monitor_checks')
        .set({ outcome: 'failed', message, ended_at_ms: endedAtMs })
        .where('pk', '=', pk)
        .where('outcome', '=', 'running')
        .execute(),
    /** What a check found and what it does to its monitor and the alert, all or nothing. */
    conclude: <T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T> => store.transaction(work),

    async alerts({ monitorId, state, limit }: AlertQuery): Promise<MonitorAlert[]> {
      let query = alertsWithMonitor().orderBy('monitor_alerts.pk', 'desc').limit(limit);
      if (monitorId !== undefined) query = query.where('monitor_alerts.monitor_id', '=', monitorId);
      if (state !== undefined) query = query.where('monitor_alerts.state', '=', state);
      return (await query.execute()).map(toAlert);
    },
    async unread(): Promise<number> {
      const row = await db
        .selectFrom('monitor_alerts')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', '=', 'firing')
        .where('is_muted', '=', 0)
        .where('acknowledged', 'is', null)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    untold: async (): Promise<MonitorAlert[]> =>
      (
        await alertsWithMonitor()
          .where('monitor_alerts.untold', 'is not', null)
          .orderBy('monitor_alerts.pk')
          .execute()
      ).map(toAlert),
    updateAlert: (id: string, values: Partial<Omit<AlertRow, 'pk' | 'id'>>) =>
      db.updateTable('monitor_alerts').set(values).where('id', '=', id).execute(),

    async read(row: MonitorRow, requestsToGo: number | null): Promise<Monitor> {
      const { description, watch, schedule, rule } = definitionOf(row);
      const ended = await lastEnded(row.id, usualChecks);
      const running = await this.runningOf(row.id);
      return {
        id: row.id,
        name: row.name,
        description,
        watch,
        schedule,
        rule,
        isEnabled: row.is_enabled === 1,
        mutedUntilMs: row.muted_until_ms,
        state: row.state,
        breaches: row.breaches,
        isChecking: running !== undefined,
        nextCheckAtMs: row.is_enabled === 1 ? row.next_check_at_ms : null,
        requestsToGo,
        alertId: row.alert_id,
        lastCheck: ended[0] === undefined ? null : toCheck(ended[0]),
        recent: ended
          .flatMap(({ started_at_ms, figures, outcome }) => {
            const value = Figures.parse(JSON.parse(figures))[rule.metric];
            return value === undefined
              ? []
              : [{ atMs: started_at_ms, value, isBreach: outcome === 'breach' }];
          })
          .reverse(),
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      };
    },
  };
}

export type MonitorBook = ReturnType<typeof createMonitorBook>;

async function forgetOld(trx: Transaction<Database>, monitorId: string): Promise<void> {
  const oldest = await trx
    .selectFrom('monitor_checks')
    .select('pk')
    .where('monitor_id', '=', monitorId)
    .orderBy('pk', 'desc')
    .offset(keptChecks)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await trx
    .deleteFrom('monitor_checks')
    .where('monitor_id', '=', monitorId)
    .where('pk', '<=', oldest.pk)
    .where('outcome', '!=', 'running')
    .execute();
}

export function toCheck(row: CheckRow): MonitorCheck {
  return {
    id: row.pk,
    dueAtMs: row.due_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    trigger: row.trigger,
    outcome: row.outcome,
    subject: row.subject,
    values: Figures.parse(JSON.parse(row.figures)),
    value: row.value,
    low: row.low,
    high: row.high,
    message: row.message,
    link: row.link,
    jobId: row.job_id,
    alertId: row.alert_id,
  };
}

function toAlert(row: AlertRow & { monitor: string; definition: string }): MonitorAlert {
  return {
    id: row.id,
    monitorId: row.monitor_id,
    monitor: row.monitor,
    kind: definitionOf(row).watch.kind,
    severity: row.severity,
    state: row.state,
    title: row.title,
    text: row.text,
    metric: row.metric,
    value: row.value,
    subject: row.subject,
    link: row.link,
    sinceMs: row.since_ms,
    firedAtMs: row.fired_at_ms,
    lastBreachAtMs: row.last_breach_at_ms,
    resolvedAtMs: row.resolved_at_ms,
    resolution: row.resolution,
    checks: row.checks,
    isMuted: row.is_muted === 1,
    acknowledged: row.acknowledged === null ? null : Acknowledgement.parse(JSON.parse(row.acknowledged)),
  };
}
