import type { JobQueue } from '../../engine/jobs/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function jobRoutes(jobs: JobQueue): Handlers<typeof api.jobs> {
  return {
    list: ({ query }) => jobs.list(query),
    count: async ({ query }) => ({ count: await jobs.count(query.filter) }),
    get: ({ params }) => jobs.get(params.jobId),
    logs: async ({ params, query }) => ({ items: await jobs.logs(params.jobId, query.after, query.limit) }),
    cancel: ({ params }) => jobs.cancel(params.jobId),
    pause: ({ params }) => jobs.pause(params.jobId),
    finish: ({ params }) => jobs.finish(params.jobId),
    resume: ({ params }) => jobs.resume(params.jobId),
    retry: ({ params }) => jobs.retry(params.jobId),
  };
}
