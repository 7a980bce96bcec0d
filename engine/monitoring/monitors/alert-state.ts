import type { AlertRule, MonitorState } from '../../../local-api/contract/index.ts';

/** What a monitor remembers from check to check. */
export type AlertMemory = {
  state: MonitorState;
  /** In a row, up to now. */
  breaches: number;
  /** The first breach of the row. */
  breachesSinceMs: number | null;
  /** When the newest alert was raised, for the cool-down. */
  lastFiredAtMs: number | null;
};

export type AlertAction = 'none' | 'fire' | 'continue' | 'resolve';

export const newMemory: AlertMemory = {
  state: 'waiting',
  breaches: 0,
  breachesSinceMs: null,
  lastFiredAtMs: null,
};

/**
 * What a check does to the alert of a monitor: ok → pending → firing → ok. A breach within the cool-down of the alert before
 * leaves the monitor pending, and the first one after it raises the alert. One quiet check resolves.
 */
export function stepAlert(
  memory: AlertMemory,
  check: { isBreach: boolean; atMs: number },
  rule: Pick<AlertRule, 'consecutive' | 'coolDownMinutes'>,
): { memory: AlertMemory; action: AlertAction } {
  if (!check.isBreach) {
    return {
      memory: { ...memory, state: 'ok', breaches: 0, breachesSinceMs: null },
      action: memory.state === 'firing' ? 'resolve' : 'none',
    };
  }
  const breaches = memory.breaches + 1;
  const breachesSinceMs = memory.breachesSinceMs ?? check.atMs;
  if (memory.state === 'firing')
    return { memory: { ...memory, breaches, breachesSinceMs }, action: 'continue' };
  const isCooling =
    memory.lastFiredAtMs !== null && check.atMs - memory.lastFiredAtMs < rule.coolDownMinutes * 60_000;
  if (breaches < rule.consecutive || isCooling)
    return { memory: { ...memory, state: 'pending', breaches, breachesSinceMs }, action: 'none' };
  return {
    memory: { state: 'firing', breaches, breachesSinceMs, lastFiredAtMs: check.atMs },
    action: 'fire',
  };
}
