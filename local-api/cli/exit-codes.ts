import { type ErrorCode, errorTable, isErrorCode } from '../contract/index.ts';

/** Exit codes of the `assay` command; part of its interface, also listed in docs/reference/command-line.md. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  jobFailed: 5,
  differs: 6,
  interrupted: 130,
} as const;

const byStatus: Record<number, number> = {
  400: exitCodes.usage,
  413: exitCodes.usage,
  415: exitCodes.usage,
  422: exitCodes.usage,
  404: exitCodes.notFound,
  409: exitCodes.conflict,
};

/** The exit code that goes with an error code of the API. */
export function exitCodeOf(code: string): number {
  if (!isErrorCode(code)) return exitCodes.unexpected;
  const known: ErrorCode = code;
  return byStatus[errorTable[known].status] ?? exitCodes.unexpected;
}
