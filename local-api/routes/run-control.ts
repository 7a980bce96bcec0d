import type { RunControl } from '../../engine/run-control/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function runControlRoutes(control: RunControl): Handlers<typeof api.runControl> {
  return {
    stop: ({ params }) => control.stop(params.runId),
    heartbeat: ({ params }) => control.heartbeat(params.runId),
  };
}
