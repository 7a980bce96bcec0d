import { describe, expect, test } from 'vitest';
import {
  judgeCanary,
  newCanary,
  nextStep,
  noteAnswer,
} from '../../../../../engine/serving/endpoints/canary.ts';
import { EndpointRoute } from '../../../../../local-api/contract/index.ts';

function routeOf(limits: object = {}) {
  const route = EndpointRoute.parse({
    kind: 'canary',
    stable: 'late/1.0.0',
    canary: 'late/1.1.0',
    steps: [
      { percent: 10, minRequests: 30, minMinutes: 5 },
      { percent: 100, minRequests: 30 },
    ],
    limits: { minRequests: 20, ...limits },
  });
  if (route.kind !== 'canary') throw new Error('not a canary');
  return route;
}
const startMs = 1_000_000;
const minutes = (n: number) => startMs + n * 60_000;

function seen(answers: number, { errors = 0, ms = 1 } = {}) {
  const state = newCanary(startMs);
  for (let i = 0; i < answers; i += 1) noteAnswer(state, ms, i >= errors);
  return state;
}

describe('judgeCanary', () => {
  test('moves on only when there were enough answers and enough time', () => {
    const route = routeOf();
    expect(judgeCanary(route, seen(29), null, minutes(9)).what).toBe('stay');
    expect(judgeCanary(route, seen(30), null, minutes(4)).what).toBe('stay');
    expect(judgeCanary(route, seen(30), null, minutes(5))).toEqual({
      what: 'advance',
      reason: 'On to 100 % of the requests.',
    });
  });

  test('is promoted after its last step, which begins with fresh counts', () => {
    const route = routeOf();
    const last = nextStep(seen(30), minutes(5));
    expect(last.requests).toBe(0);
    expect(judgeCanary(route, last, null, minutes(6)).what).toBe('stay');
    for (let i = 0; i < 30; i += 1) noteAnswer(last, 1, true);
    expect(judgeCanary(route, last, null, minutes(6)).what).toBe('promote');
  });

  test('goes back at the first error that no later answer could make up for', () => {
    const route = routeOf({ errorRate: 0.1 });
    expect(judgeCanary(route, seen(2, { errors: 2 }), null, startMs).what).toBe('stay');
    expect(judgeCanary(route, seen(3, { errors: 3 }), null, startMs)).toEqual({
      what: 'rollback',
      reason: '3 of 3 answers of the canary failed; 10 % may.',
    });
    expect(judgeCanary(route, seen(100, { errors: 10 }), null, startMs).what).toBe('stay');
    expect(judgeCanary(route, seen(100, { errors: 11 }), null, startMs).what).toBe('rollback');
  });

  test('goes back when it is too slow, once there are enough answers to say so', () => {
    const route = routeOf({ p95Ms: 50 });
    expect(judgeCanary(route, seen(19, { ms: 80 }), null, startMs).what).toBe('stay');
    expect(judgeCanary(route, seen(20, { ms: 80 }), null, startMs).what).toBe('rollback');
    expect(judgeCanary(route, seen(20, { ms: 40 }), null, startMs).what).toBe('stay');
  });

  test('goes back when its loss is higher than allowed, once both have enough true values', () => {
    const route = routeOf({ quality: { maxLossIncrease: 0.05, minTruths: 10 } });
    const quality = (canary: number, truths = 10) => ({
      stable: { truths: 10, loss: 0.2 },
      canary: { truths, loss: canary },
    });
    expect(judgeCanary(route, seen(1), quality(0.4, 9), startMs).what).toBe('stay');
    expect(judgeCanary(route, seen(1), quality(0.24), startMs).what).toBe('stay');
    expect(judgeCanary(route, seen(1), quality(0.26), startMs).what).toBe('rollback');
  });

  test('goes nowhere while it is held, but back when it must', () => {
    const route = routeOf();
    const held = { ...seen(30), phase: 'held' as const };
    expect(judgeCanary(route, held, null, minutes(60)).what).toBe('stay');
    expect(judgeCanary(route, { ...held, errors: 30 }, null, minutes(60)).what).toBe('rollback');
  });
});
