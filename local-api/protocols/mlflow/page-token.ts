import { invalidParameter } from './errors.ts';

/** A place in a list as an opaque text: where to go on. */
export function pageToken(offset: number): string {
  return Buffer.from(JSON.stringify({ offset })).toString('base64');
}

/** The offset in a token of ours or of MLflow; 0 without one. Errors: INVALID_PARAMETER_VALUE. */
export function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (typeof parsed === 'object' && parsed !== null && 'offset' in parsed) {
      const { offset } = parsed;
      if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
    }
  } catch {
    // Not JSON: told below.
  }
  throw invalidParameter('Invalid page token: it is not one that this server gave.');
}
