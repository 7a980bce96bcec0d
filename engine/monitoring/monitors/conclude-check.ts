import type { Transaction } from 'kysely';
import type { Database } from '../../store/index.ts';
import type { Ids } from '../../system/index.ts';
import { type AlertMemory, stepAlert } from './alert-state.ts';
import { alertText, alertTitle, metricOf } from './alert-words.ts';
import { judgeCheck, type Measurement } from './judge-check.ts';
import { type CheckRow, definitionOf, type MonitorRow } from './monitor-book.ts';

export function memoryOf(row: MonitorRow): AlertMemory {
  return {
    state: row.state,
    breaches: row.breaches,
    breachesSinceMs: row.breaches_since_ms,
    lastFiredAtMs: row.last_fired_at_ms,
  };
}

export function memoryColumns(memory: AlertMemory) {
  return {
    state: memory.state,
    breaches: memory.breaches,
    breaches_since_ms: memory.breachesSinceMs,
    last_fired_at_ms: memory.lastFiredAtMs,
  };
}

/**
 * Writes what a check found, the state of its monitor, and the alert that it raises, keeps up or resolves. All of it within
 * the one transaction of the caller, so that a crash leaves either a check to go on with or one that has had its effect once.
 * A check that has ended already is left as it is.
 */
export async function concludeCheck(
  trx: Transaction<Database>,
  given: {
    check: CheckRow;
    measured: Measurement;
    /** The figure of the rule at the quiet checks before. */
    before: readonly number[];
    /** Looks at the same as the check before: it cannot be another breach. */
    isRepeated: boolean;
    nowMs: number;
    ids: Ids;
  },
): Promise<void> {
  const { check, measured, nowMs } = given;
  const current = await trx
    .selectFrom('monitor_checks')
    .select('outcome')
    .where('pk', '=', check.pk)
    .executeTakeFirst();
  const monitor = await trx
    .selectFrom('monitors')
    .selectAll()
    .where('id', '=', check.monitor_id)
    .executeTakeFirst();
  if (current?.outcome !== 'running' || monitor === undefined) return;

  const { watch, rule } = definitionOf(monitor);
  const judged = judgeCheck(measured, rule, metricOf(watch, rule), given.before);
  const { memory, action } = given.isRepeated
    ? { memory: memoryOf(monitor), action: 'none' as const }
    : stepAlert(memoryOf(monitor), { isBreach: judged.isBreach, atMs: check.started_at_ms }, rule);

  const link = measured.link ?? `/monitors/${monitor.id}`;
  let alertId = monitor.alert_id;
  if (action === 'fire') {
    alertId = given.ids.id('alt');
    const isMuted = isMutedAt(monitor, nowMs);
    await trx
      .insertInto('monitor_alerts')
      .values({
        id: alertId,
        monitor_id: monitor.id,
        severity: rule.severity,
        state: 'firing',
        title: alertTitle(watch, rule, judged),
        text: alertText({ ...measured, subject: check.subject, breaches: memory.breaches }),
        metric: rule.metric,
        value: judged.value,
        subject: check.subject,
        link,
        since_ms: memory.breachesSinceMs ?? check.started_at_ms,
        fired_at_ms: nowMs,
        last_breach_at_ms: nowMs,
        resolved_at_ms: null,
        resolution: null,
        checks: memory.breaches,
        is_muted: isMuted ? 1 : 0,
        acknowledged: null,
        untold: isMuted ? null : 'firing',
      })
      .execute();
  } else if (action === 'continue' && alertId !== null) {
    await keepUp(trx, alertId, {
      title: alertTitle(watch, rule, judged),
      text: alertText({ ...measured, subject: check.subject, breaches: memory.breaches }),
      value: judged.value,
      subject: check.subject,
      link,
      checks: memory.breaches,
      last_breach_at_ms: nowMs,
    });
    if (!isMutedAt(monitor, nowMs)) await endSilence(trx, alertId);
  } else if (action === 'resolve' && alertId !== null) {
    await resolveAlert(trx, alertId, 'recovered', nowMs);
  }

  await trx
    .updateTable('monitor_checks')
    .set({
      ended_at_ms: nowMs,
      outcome: judged.isBreach ? 'breach' : 'ok',
      figures: JSON.stringify(measured.values),
      value: judged.value,
      low: judged.band.low,
      high: judged.band.high,
      message: measured.message,
      link: measured.link,
      alert_id: action === 'fire' || action === 'continue' ? alertId : null,
    })
    .where('pk', '=', check.pk)
    .execute();
  await trx
    .updateTable('monitors')
    .set({ ...memoryColumns(memory), alert_id: memory.state === 'firing' ? alertId : null })
    .where('id', '=', monitor.id)
    .execute();
}

export function isMutedAt(monitor: Pick<MonitorRow, 'muted_until_ms'>, nowMs: number): boolean {
  return monitor.muted_until_ms !== null && monitor.muted_until_ms > nowMs;
}

async function keepUp(
  trx: Transaction<Database>,
  alertId: string,
  values: Partial<Database['monitor_alerts']> & { checks: number },
): Promise<void> {
  const { pk: _pk, id: _id, ...columns } = values;
  await trx.updateTable('monitor_alerts').set(columns).where('id', '=', alertId).execute();
}

/** An alert that was raised in silence is told of once nobody wants silence any more. */
async function endSilence(trx: Transaction<Database>, alertId: string): Promise<void> {
  await trx
    .updateTable('monitor_alerts')
    .set({ is_muted: 0, untold: 'firing' })
    .where('id', '=', alertId)
    .where('is_muted', '=', 1)
    .execute();
}

/** Closes an alert that is firing; those who were told of it are told of its end. */
export async function resolveAlert(
  trx: Transaction<Database>,
  alertId: string,
  resolution: 'recovered' | 'changed' | 'disabled',
  nowMs: number,
): Promise<void> {
  const alert = await trx
    .selectFrom('monitor_alerts')
    .select('is_muted')
    .where('id', '=', alertId)
    .executeTakeFirst();
  if (alert === undefined) return;
  await trx
    .updateTable('monitor_alerts')
    .set({
      state: 'resolved',
      resolution,
      resolved_at_ms: nowMs,
      untold: alert.is_muted === 1 ? null : 'resolved',
    })
    .where('id', '=', alertId)
    .where('state', '=', 'firing')
    .execute();
}
