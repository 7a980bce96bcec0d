import type { ErrorCode } from '../contract/errors.ts';

/** Seconds after which sending again makes sense, for the codes that pass by themselves. */
export const retryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  'predictions/busy': 1,
  'predictions/crashed': 1,
  'endpoints/paused': 30,
  'request/timeout': 5,
};
