import { isDeepStrictEqual } from 'node:util';
import { appliedKey } from './wanted-objects.ts';

/** What the cluster keeps itself and changes with every write. */
const ownFields = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
]);
const longestValue = 60;
const mostChanges = 8;

/** What differs between an object as it is and as it would be: `spec.replicas: 2 → 3`. Empty when nothing does. */
export function objectChanges(before: object, after: object): string[] {
  const found: string[] = [];
  compare(comparable(before), comparable(after), '', found);
  return found.length <= mostChanges
    ? found
    : [...found.slice(0, mostChanges), `and ${found.length - mostChanges} more`];
}

function comparable(object: object): unknown {
  const { status: _, metadata, ...rest } = object as { status?: unknown; metadata?: object };
  const kept = Object.entries(metadata ?? {}).filter(([key]) => !ownFields.has(key));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

function compare(before: unknown, after: unknown, path: string, found: string[]): void {
  if (isDeepStrictEqual(before, after) || path.endsWith(appliedKey)) return;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[key], after[key], path === '' ? key : `${path}.${key}`, found);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, value] of before.entries()) compare(value, after[index], `${path}[${index}]`, found);
    return;
  }
  found.push(`${path}: ${shown(before)} → ${shown(after)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
