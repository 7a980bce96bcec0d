import { describe, expect, test } from 'vitest';
import { newMemory, stepAlert } from '../../../../../engine/monitoring/monitors/alert-state.ts';

const minute = 60_000;

/** The actions and the last state of a row of checks, a minute apart: x is a breach. */
function play(checks: string, rule: { consecutive: number; coolDownMinutes: number }) {
  let memory = newMemory;
  const actions = [...checks].map((check, index) => {
    const step = stepAlert(memory, { isBreach: check === 'x', atMs: index * minute }, rule);
    memory = step.memory;
    return step.action;
  });
  return { actions, memory };
}

describe('stepAlert', () => {
  test('raises one alert for a row of breaches, and resolves it at the first quiet check', () => {
    const { actions, memory } = play('.xx.', { consecutive: 1, coolDownMinutes: 0 });
    expect(actions).toEqual(['none', 'fire', 'continue', 'resolve']);
    expect(memory).toMatchObject({ state: 'ok', breaches: 0, breachesSinceMs: null });
  });

  test('waits for so many breaches in a row', () => {
    const rule = { consecutive: 3, coolDownMinutes: 0 };
    expect(play('xx.xx', rule)).toMatchObject({
      actions: ['none', 'none', 'none', 'none', 'none'],
      memory: { state: 'pending', breaches: 2, breachesSinceMs: 3 * minute },
    });
    expect(play('xx.xxx', rule).actions.at(-1)).toBe('fire');
  });

  test('is pending within the cool-down, and raises the alert at the first breach after it', () => {
    const { actions } = play('x.xxxx', { consecutive: 1, coolDownMinutes: 4 });
    expect(actions).toEqual(['fire', 'resolve', 'none', 'none', 'fire', 'continue']);
  });

  test('a breach within the cool-down that passes raises nothing', () => {
    const { actions, memory } = play('x.x.', { consecutive: 1, coolDownMinutes: 60 });
    expect(actions).toEqual(['fire', 'resolve', 'none', 'none']);
    expect(memory.state).toBe('ok');
  });
});
