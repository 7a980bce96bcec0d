import type { Scheduler } from '../../engine/jobs/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function scheduleRoutes(schedules: Scheduler): Handlers<typeof api.schedules> {
  return {
    list: async () => ({ items: await schedules.list() }),
    create: ({ body }) => schedules.create(body),
    times: ({ body }) => ({ times: schedules.times(body) }),
    get: ({ params }) => schedules.get(params.scheduleId),
    update: ({ params, body }) => schedules.update(params.scheduleId, body),
    delete: ({ params }) => schedules.delete(params.scheduleId),
    run: ({ params }) => schedules.runNow(params.scheduleId),
    runs: async ({ params }) => ({ items: await schedules.runs(params.scheduleId) }),
  };
}
