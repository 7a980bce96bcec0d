import { dataErrors } from './errors/data.ts';
import { modelErrors } from './errors/models.ts';
import { monitoringErrors } from './errors/monitoring.ts';
import { platformErrors } from './errors/platform.ts';
import { remoteErrors } from './errors/remotes.ts';
import { servingErrors } from './errors/serving.ts';
import { trackingErrors } from './errors/tracking.ts';

/**
 * Every error the API can answer with: the stable code, its HTTP status, a title for people and what to do next.
 * Codes are `<slug>/<reason>` and never change meaning; a message (`detail`) may. By area in errors/.
 */
export const errorTable = {
  ...platformErrors,
  ...dataErrors,
  ...trackingErrors,
  ...modelErrors,
  ...servingErrors,
  ...monitoringErrors,
  ...remoteErrors,
};

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
