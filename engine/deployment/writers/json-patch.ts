import type { Json } from '../manifests/manifest.ts';

export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: Json }
  | { op: 'remove'; path: string };

/** RFC 6902 operations that make `after` of `before`. A list that differs is replaced as a whole. */
export function jsonPatch(before: Json, after: Json, path = ''): PatchOperation[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ op: 'replace', path, value: after }];
  const at = (key: string) => `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const gone = Object.keys(before)
    .filter((key) => !Object.hasOwn(after, key))
    .map((key): PatchOperation => ({ op: 'remove', path: at(key) }));
  const others = Object.entries(after).flatMap(([key, value]): PatchOperation[] => {
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    return was === undefined ? [{ op: 'add', path: at(key), value }] : jsonPatch(was, value, at(key));
  });
  return [...gone, ...others];
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
