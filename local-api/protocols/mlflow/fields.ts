import { message, repeated, required, text } from './message.ts';

/** Parts of messages that several endpoints share. */
export const Tag = message({ key: required(text()), value: text() });
export type Tag = { key: string; value: string | undefined };
export const tags = () => repeated(Tag);

/** The last of several values of one key wins. */
export function recordOf(list: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value ?? '']));
}

/** The way maps travel. */
export function listOf(record: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

/** Leaves out a list that is empty, as protocol buffers do in JSON. */
export function unlessEmpty<K extends string, T>(name: K, list: readonly T[]): { [N in K]?: readonly T[] } {
  const part: { [N in K]?: readonly T[] } = {};
  if (list.length > 0) part[name] = list;
  return part;
}

export const viewTypes = { ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 } as const;
export type ViewType = keyof typeof viewTypes;
