import type { WebhookEvent } from '../../../local-api/contract/index.ts';
import type { DataService } from '../../data/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import type { LoggedFigures } from '../../serving/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Ids, Logger } from '../../system/index.ts';
import type { ValidationService } from '../../validation/index.ts';
import type { DriftService } from '../drift-service.ts';
import { newMemory } from './alert-state.ts';
import { checkDefinition } from './check-definition.ts';
import { createCheckRunner } from './check-runner.ts';
import { memoryColumns, resolveAlert } from './conclude-check.ts';
import { createDriftMeter, createEndpointDriftMeter, createEstimateMeter } from './drift-meter.ts';
import { createDueChecks } from './due-checks.ts';
import type { Meters } from './meters.ts';
import {
  createMonitorBook,
  type Definition,
  definitionOf,
  type MonitorRow,
  toCheck,
} from './monitor-book.ts';
import type { MonitorService } from './monitor-service.ts';
import { createPerformanceMeter } from './performance-meter.ts';
import { createQualityMeter } from './quality-meter.ts';
import { emitAlert, tellAlerts } from './tell-alerts.ts';
import { createValidationMeter } from './validation-meter.ts';

/** Requests are counted, and a clock that was set is noticed, within this time. */
const longestWaitMs = 15_000;

export type MonitorServiceOptions = {
  store: Store;
  jobs: Pick<JobQueue, 'wait'>;
  events: EventBus;
  data: Pick<DataService, 'get' | 'getVersion' | 'listVersions' | 'profile'>;
  drift: Pick<DriftService, 'start' | 'get'>;
  validation: Pick<ValidationService, 'findActive' | 'start' | 'get'>;
  logged: LoggedFigures;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Who acts when a request does not say. */
  localActor: () => string;
  webhook(event: WebhookEvent, data: Record<string, unknown>): void;
};

/** Monitors over the workspace database; see `MonitorService`. One timer for all of them. */
export function createMonitorService(options: MonitorServiceOptions): MonitorService {
  const { store, events, clock, ids, logger, localActor } = options;
  const book = createMonitorBook(store);
  const due = createDueChecks(options);
  const meters: Meters = {
    drift: createDriftMeter(options),
    quality: createQualityMeter(options),
    validation: createValidationMeter(options),
    'endpoint-drift': createEndpointDriftMeter(options),
    estimate: createEstimateMeter(options),
    performance: createPerformanceMeter(options),
  };
  let telling: Promise<void> = Promise.resolve();
  /** One after the other: an alert that is being told of is not told of twice. */
  const tellInTurn = (): Promise<void> => {
    telling = telling
      .then(() => tellAlerts({ book, events, webhook: options.webhook }))
      .catch((thrown: unknown) => logger.error({ error: messageOf(thrown) }, 'alerts could not be told of'));
    return telling;
  };
  const runner = createCheckRunner({ ...options, book, meters, told: tellInTurn });

  let timer: NodeJS.Timeout | undefined;
  let checking: Promise<void> = Promise.resolve();
  let unsubscribe = (): void => {};
  let isOpen = false;

  const tell = (monitorId: string, change: 'created' | 'updated' | 'deleted'): void =>
    events.emit({ type: 'monitor.changed', data: { monitorId, change, jobId: null } });
  const read = async (row: MonitorRow) => book.read(row, await due.requestsToGo(row));
  const get = async (monitorId: string) => read(await book.find(monitorId));

  const checkDue = async (): Promise<void> => {
    for (const row of await book.enabled()) {
      const occasion = await due.occasion(row);
      // While a check goes on another one does not begin; the occasion is there the next time too.
      if (occasion === null || (await book.runningOf(row.id)) !== undefined) continue;
      await runner.begin(row, occasion);
    }
  };
  const checkInTurn = (): Promise<void> => {
    checking = checking.then(checkDue).catch((thrown: unknown) => {
      logger.error({ error: messageOf(thrown) }, 'monitors could not be looked at');
    });
    return checking;
  };
  const wait = async (): Promise<void> => {
    if (!isOpen) return;
    clearTimeout(timer);
    const next = await book.nextMs();
    if (!isOpen) return;
    const untilMs = next === null ? longestWaitMs : next - clock.nowMs();
    // A time that has come while the check before goes on is looked at again in a while, not at once.
    timer = setTimeout(
      () => void checkInTurn().then(wait),
      untilMs <= 0 ? 1000 : Math.min(untilMs, longestWaitMs),
    );
    timer.unref();
  };

  return {
    list: async () => Promise.all((await book.all()).map(read)),
    get,

    async create({ name, isEnabled, ...given }) {
      const nowMs = clock.nowMs();
      const definition: Definition = { ...given, watchedSinceMs: nowMs };
      await book.refuseName(name, '');
      await checkDefinition(definition, meters);
      const beginning = await due.beginning(definition);
      const id = ids.id('mon');
      await book.insert({
        id,
        name,
        definition: JSON.stringify(definition),
        is_enabled: isEnabled ? 1 : 0,
        muted_until_ms: null,
        ...memoryColumns(newMemory),
        alert_id: null,
        next_check_at_ms: beginning.next_check_at_ms ?? null,
        seen_version_id: beginning.seen_version_id ?? null,
        seen_request: beginning.seen_request ?? null,
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      });
      tell(id, 'created');
      await wait();
      return get(id);
    },

    async update(monitorId, patch) {
      const row = await book.find(monitorId);
      const before = definitionOf(row);
      const nowMs = clock.nowMs();
      const given = {
        description: patch.description ?? before.description,
        watch: patch.watch ?? before.watch,
        schedule: patch.schedule ?? before.schedule,
        rule: patch.rule ?? before.rule,
      };
      const isOtherWatch = !isSame(given.watch, before.watch);
      const isOtherRule = isOtherWatch || !isSame(given.rule, before.rule);
      const definition: Definition = {
        ...given,
        watchedSinceMs: isOtherWatch ? nowMs : before.watchedSinceMs,
      };
      if (patch.name !== undefined) await book.refuseName(patch.name, row.id);
      await checkDefinition(definition, meters);
      const isEnabled = patch.isEnabled ?? row.is_enabled === 1;
      const isOtherTime = isOtherWatch || !isSame(given.schedule, before.schedule);
      const beginning =
        isOtherTime || (isEnabled && row.is_enabled === 0) ? await due.beginning(definition) : {};
      const startsAnew = isOtherRule || !isEnabled;
      await store.transaction(async (trx) => {
        if (startsAnew && row.alert_id !== null)
          await resolveAlert(trx, row.alert_id, isEnabled ? 'changed' : 'disabled', nowMs);
        await trx
          .updateTable('monitors')
          .set({
            name: patch.name ?? row.name,
            definition: JSON.stringify(definition),
            is_enabled: isEnabled ? 1 : 0,
            muted_until_ms: patch.mutedUntilMs === undefined ? row.muted_until_ms : patch.mutedUntilMs,
            ...beginning,
            ...(startsAnew ? { ...memoryColumns(newMemory), alert_id: null } : {}),
            updated_at_ms: nowMs,
          })
          .where('id', '=', monitorId)
          .execute();
      });
      tell(monitorId, 'updated');
      await tellInTurn();
      await wait();
      return get(monitorId);
    },

    async delete(monitorId) {
      await book.find(monitorId);
      await book.delete(monitorId);
      tell(monitorId, 'deleted');
    },

    async runNow(monitorId) {
      const row = await book.find(monitorId);
      if ((await book.runningOf(monitorId)) !== undefined)
        throw new AssayError('monitors/still-checking', `"${row.name}" is checking already.`);
      return toCheck(await runner.begin(row, { trigger: 'hand', dueAtMs: clock.nowMs(), remember: {} }));
    },

    async checks(monitorId, query) {
      await book.find(monitorId);
      return (await book.checks(monitorId, query)).map(toCheck);
    },

    alerts: async (query) => ({ items: await book.alerts(query), unread: await book.unread() }),
    alert: book.findAlert,

    async acknowledge(alertId, { by, note }) {
      await book.findAlert(alertId);
      const acknowledged = { by: by ?? localActor(), note, atMs: clock.nowMs() };
      await book.updateAlert(alertId, { acknowledged: JSON.stringify(acknowledged) });
      const alert = await book.findAlert(alertId);
      emitAlert(events, alert, 'acknowledged');
      return alert;
    },

    figures: async () =>
      Promise.all(
        (await book.all()).map(async (row) => {
          const { lastCheck, rule, name, state } = await book.read(row, null);
          return {
            name,
            isFiring: state === 'firing',
            severity: rule.severity,
            metric: rule.metric,
            value: lastCheck?.value ?? null,
            checkedAtMs: lastCheck?.endedAtMs ?? null,
          };
        }),
      ),

    check: checkInTurn,
    async idle() {
      await checking;
      await runner.idle();
      await telling;
    },

    async start() {
      isOpen = true;
      await tellInTurn();
      await runner.resume();
      unsubscribe = events.subscribe(({ type }) => {
        if (type === 'dataset.changed') void checkInTurn();
      }).unsubscribe;
      await checkInTurn();
      await wait();
    },

    async close() {
      isOpen = false;
      clearTimeout(timer);
      unsubscribe();
      await checking;
      await runner.close();
      await telling;
    },
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
