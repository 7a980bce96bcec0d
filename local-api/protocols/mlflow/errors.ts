import { AssayError } from '../../../engine/errors.ts';
import type { ErrorCode } from '../../contract/index.ts';
import { faultOf } from '../../middleware/problem-details.ts';

/** MLflow's error names and the HTTP status of each (docs/reference/mlflow-compatibility.md). */
const statuses = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INVALID_STATE: 500,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;
export type MlflowErrorName = keyof typeof statuses;

/** A refusal in MLflow's words, thrown by the handlers of its protocol. */
export class MlflowError extends Error {
  readonly errorName: MlflowErrorName;
  constructor(errorName: MlflowErrorName, message: string) {
    super(message);
    this.name = 'MlflowError';
    this.errorName = errorName;
  }
}

export function invalidParameter(message: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', message);
}

export function doesNotExist(message: string): MlflowError {
  return new MlflowError('RESOURCE_DOES_NOT_EXIST', message);
}

/** What our codes are called there, where the status of the code does not tell it. */
const byCode: Partial<Record<ErrorCode, MlflowErrorName>> = {
  'request/not-found': 'ENDPOINT_NOT_FOUND',
  'request/method-not-allowed': 'ENDPOINT_NOT_FOUND',
  'experiments/name-taken': 'RESOURCE_ALREADY_EXISTS',
  'models/name-taken': 'RESOURCE_ALREADY_EXISTS',
  'models/version-taken': 'RESOURCE_ALREADY_EXISTS',
};

/** A client waits minutes on a 5xx and sends again, so only what may pass by itself gets one. */
function nameOfStatus(status: number): MlflowErrorName {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404) return 'RESOURCE_DOES_NOT_EXIST';
  if (status === 503) return 'TEMPORARILY_UNAVAILABLE';
  return status < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR';
}

/** The answer to whatever a handler threw, and the code of ours that it is counted and logged under. */
export type MlflowFault = {
  status: number;
  body: { error_code: MlflowErrorName; message: string };
  code: ErrorCode;
};

export function mlflowFaultOf(thrown: unknown, statusOf: (code: ErrorCode) => number): MlflowFault {
  if (thrown instanceof MlflowError) {
    const status = statuses[thrown.errorName];
    const code: ErrorCode =
      status >= 500 ? 'internal' : status === 404 ? 'request/not-found' : 'request/invalid';
    return { status, body: { error_code: thrown.errorName, message: thrown.message }, code };
  }
  const { code, detail, problems } = faultOf(thrown);
  const name = byCode[code] ?? nameOfStatus(statusOf(code));
  const faults = (problems ?? []).map(({ path, message }) => `${path}: ${message}`).slice(0, 20);
  const message =
    thrown instanceof AssayError && faults.length > 0 ? `${detail} (${faults.join('; ')})` : detail;
  return { status: statuses[name], body: { error_code: name, message }, code };
}
