import { posix } from 'node:path';
import { invalidParameter } from './errors.ts';

/*
 * Limits and name rules of MLflow (docs/reference/mlflow-compatibility.md). Lengths are in characters as Python counts
 * them; texts outside the basic plane are rare enough to be counted twice.
 */
export const maxKeyLength = 250;
const maxParamLength = 6000;
export const maxTagLength = 8000;

/** Why a metric, param or tag cannot have this name; null when it can. */
export function keyFault(key: string): string | null {
  if (key.length > maxKeyLength) return `has more than ${maxKeyLength} characters`;
  if (!/^[\p{L}\p{N}\p{M}_/.\- :]+$/u.test(key)) {
    return 'may hold letters, digits, underscores, dashes, dots, spaces, colons and slashes only';
  }
  const isOdd = posix.normalize(key) !== key || key === '.' || key.startsWith('..') || key.startsWith('/');
  return isOdd || key.endsWith('/') ? 'is not a plain path: no "..", "//" or slash at either end' : null;
}

/** Throws INVALID_PARAMETER_VALUE for a name that cannot be one. `what`: "metric", "metrics[3]". */
export function checkKey(what: string, key: string): void {
  const fault = keyFault(key);
  if (fault !== null)
    throw invalidParameter(`Invalid value "${key.slice(0, 300)}" for parameter '${what}': it ${fault}.`);
}

/** Long values are cut, as MLflow's servers do by default. */
export function paramValue(value: string): string {
  return value.slice(0, maxParamLength);
}
export function tagValue(value: string): string {
  return value.slice(0, maxTagLength);
}

/** Throws INVALID_PARAMETER_VALUE when a text is longer than its limit. */
export function checkLength(what: string, value: string | undefined, limit: number): void {
  if (value !== undefined && value.length > limit) {
    throw invalidParameter(`The value of '${what}' has ${value.length} characters; ${limit} are allowed.`);
  }
}
