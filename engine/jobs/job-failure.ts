import { type ErrorCode, errorTable, isErrorCode } from '../../local-api/contract/errors.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { JobFailure } from './job-messages.ts';

/** Whatever was thrown, as plain data with a code, a message and a hint. */
export function failureOf(thrown: unknown): JobFailure {
  const stack = thrown instanceof Error && thrown.stack !== undefined ? { stack: thrown.stack } : {};
  if (thrown instanceof AssayError) {
    const { code, message, hint } = thrown;
    const problems = thrown.problems?.map(({ path, message: text }) => ({ path, message: text }));
    return { code, message, hint, ...(problems === undefined ? {} : { problems }), ...stack };
  }
  return { code: 'internal', message: messageOf(thrown), hint: errorTable.internal.hint, ...stack };
}

/** A failure that the host itself names. */
export function failure(code: ErrorCode, message: string): JobFailure {
  return { code, message, hint: errorTable[code].hint };
}

/** `wrong`: the input was, trying again is useless. `final`: it would only happen again. `passing`: worth another try. */
export function severityOf(code: string): 'wrong' | 'final' | 'passing' {
  if (code === 'jobs/timed-out' || code === 'jobs/out-of-memory') return 'final';
  return isErrorCode(code) && errorTable[code].status < 500 ? 'wrong' : 'passing';
}
