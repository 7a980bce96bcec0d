import { createHash } from 'node:crypto';

/** A run id for a source whose ids are not 32 hexadecimal digits: the same parts give the same id. */
export function derivedRunId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The id itself where it can be kept. */
export function runIdOf(id: string, ...context: readonly string[]): string {
  return /^[0-9a-f]{32}$/.test(id) ? id : derivedRunId(...context, id);
}
