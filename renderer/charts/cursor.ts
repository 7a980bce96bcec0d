import { useCallback, useSyncExternalStore } from 'react';

/** Where the pointer stands, in the unit of the axis, and over which chart; charts of one group show it together. */
export type Cursor = { at: number; chart: string };

type Group = { cursor: Cursor | null; listeners: Set<() => void> };

const groups = new Map<string, Group>();

function groupOf(name: string): Group {
  const known = groups.get(name);
  if (known) return known;
  const made: Group = { cursor: null, listeners: new Set() };
  groups.set(name, made);
  return made;
}

/** Moves the cursor of a group; null takes it away. */
export function moveCursor(group: string, cursor: Cursor | null): void {
  const { listeners, ...state } = groupOf(group);
  if (state.cursor?.at === cursor?.at && state.cursor?.chart === cursor?.chart) return;
  groupOf(group).cursor = cursor;
  for (const listener of listeners) listener();
}

/** The cursor of a group as it moves. */
export function useCursor(group: string): Cursor | null {
  const subscribe = useCallback(
    (listener: () => void) => {
      const { listeners } = groupOf(group);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) groups.delete(group);
      };
    },
    [group],
  );
  return useSyncExternalStore(subscribe, () => groupOf(group).cursor);
}
