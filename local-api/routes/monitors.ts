import type { MonitorService } from '../../engine/monitoring/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function monitorRoutes(monitors: MonitorService): Handlers<typeof api.monitors> {
  return {
    list: async () => ({ items: await monitors.list() }),
    create: ({ body }) => monitors.create(body),
    get: ({ params }) => monitors.get(params.monitorId),
    update: ({ params, body }) => monitors.update(params.monitorId, body),
    delete: ({ params }) => monitors.delete(params.monitorId),
    run: ({ params }) => monitors.runNow(params.monitorId),
    checks: async ({ params, query }) => ({ items: await monitors.checks(params.monitorId, query) }),
  };
}

export function monitorAlertRoutes(monitors: MonitorService): Handlers<typeof api.monitorAlerts> {
  return {
    list: ({ query }) => monitors.alerts(query),
    get: ({ params }) => monitors.alert(params.alertId),
    acknowledge: ({ params, body }) => monitors.acknowledge(params.alertId, body),
  };
}
