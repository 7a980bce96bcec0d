// Not the index: job processes load this file at their start and do without the schemas.
import { type ErrorCode, errorTable } from '../local-api/contract/errors.ts';
import type { Problem } from '../local-api/contract/index.ts';

/**
 * The one error of the engine: a stable code, what was wrong, and every fault found.
 * A class does not survive a process or HTTP hop: compare `code` on the far side, never `instanceof`.
 */
export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[] | undefined;
  readonly hint: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: { problems?: readonly Problem[]; hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AssayError';
    this.code = code;
    this.problems = options.problems;
    this.hint = options.hint ?? errorTable[code].hint;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
