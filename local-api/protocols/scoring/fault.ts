import { AssayError } from '../../../engine/errors.ts';
import { type ErrorCode, errorTable } from '../../contract/errors.ts';
import { retryAfterSeconds } from '../../middleware/retry-after.ts';

export type ScoringFault = {
  status: number;
  code: ErrorCode;
  message: string;
  headers: Record<string, string>;
};

const faultsShown = 20;

/** What a scoring protocol tells of a thrown value: the status of its code and one text with the faults in it. */
export function scoringFaultOf(thrown: unknown): ScoringFault {
  if (!(thrown instanceof AssayError))
    return {
      status: 500,
      code: 'internal',
      message: 'An unexpected error happened; the log of the server has it.',
      headers: {},
    };
  const { code, problems } = thrown;
  const others = (problems ?? []).slice(1, faultsShown).map(({ path, message }) => `${path}: ${message}`);
  const { status } = errorTable[code];
  const retryAfter = retryAfterSeconds[code];
  return {
    // Both protocols know 400 only for what cannot be answered as it is; rows that could be and are refused are told apart.
    status: status === 422 && code !== 'predictions/breaks-schema' ? 400 : status,
    code,
    message: [thrown.message, ...others].join('; '),
    headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
  };
}
