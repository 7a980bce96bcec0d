import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Run } from './runs.ts';

const byId = z.object({ runId: z.string() });

export const runControlApi = {
  stop: endpoint({
    id: 'runs.stop',
    method: 'POST',
    path: '/api/v1/runs/{runId}/stop',
    summary: 'Stop a run that is under way',
    description:
      'The job of a training is cancelled. A command run by `assay exec` is asked to end (interrupt, then terminate, then kill); it is told with its next heartbeat, within about two seconds, and ends the run as killed.',
    params: byId,
    response: Run,
    errors: ['runs/not-found', 'runs/deleted', 'runs/not-stoppable'],
  }),
  heartbeat: endpoint({
    id: 'runs.heartbeat',
    method: 'POST',
    path: '/api/v1/runs/{runId}/heartbeat',
    summary: 'Say that the process of a run lives, and hear whether it should stop',
    description:
      'For programs that make runs of their own: after the first heartbeat the run can be stopped from the workbench, and it is marked as killed when none came for a minute (setting tracking.silentAfterSeconds).',
    params: byId,
    response: z.object({ stopRequested: z.boolean() }),
    errors: ['runs/not-found', 'runs/deleted'],
  }),
};
