import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseArm, positionOf } from '../../../../../engine/serving/endpoints/choose-arm.ts';
import { EndpointRoute } from '../../../../../local-api/contract/index.ts';

const ab = (weights: readonly number[]) =>
  EndpointRoute.parse({
    kind: 'ab',
    arms: weights.map((weight, i) => ({ name: `arm-${i}`, ref: `late/1.${i}.0`, weight })),
  });
const canary = (...percents: number[]) =>
  EndpointRoute.parse({
    kind: 'canary',
    stable: 'late/1.0.0',
    canary: 'late/1.1.0',
    steps: percents.map((percent) => ({ percent, minMinutes: 1 })),
  });
const keys = Array.from({ length: 4000 }, (_, i) => `customer-${i}`);

describe('chooseArm', () => {
  test('gives each arm its share of many keys, whatever the weights', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 6 })
          .filter((weights) => weights.some((weight) => weight > 0)),
        (weights) => {
          const route = ab(weights);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const counts = new Map<string, number>();
          for (const key of keys) {
            const { name } = chooseArm('late', route, null, key);
            counts.set(name, (counts.get(name) ?? 0) + 1);
          }
          for (const [i, weight] of weights.entries()) {
            const share = weight / total;
            // Five standard deviations of a binomial share.
            const room = 5 * Math.sqrt((share * (1 - share)) / keys.length) + 1e-9;
            expect(Math.abs((counts.get(`arm-${i}`) ?? 0) / keys.length - share)).toBeLessThanOrEqual(room);
          }
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  test('gives the same key the same arm, and other endpoints other customers', () => {
    const route = ab([1, 1]);
    const arms = keys.map((key) => chooseArm('late', route, null, key).name);
    expect(keys.map((key) => chooseArm('late', route, null, key).name)).toEqual(arms);
    const elsewhere = keys.map((key) => chooseArm('other', route, null, key).name);
    const same = arms.filter((arm, i) => arm === elsewhere[i]).length / keys.length;
    expect(same).toBeGreaterThan(0.45);
    expect(same).toBeLessThan(0.55);
  });

  test('keeps the keys of a canary when its share grows', () => {
    const route = canary(5, 25, 100);
    const at = (step: number) =>
      new Set(keys.filter((key) => chooseArm('late', route, { step }, key).name === 'canary'));
    const [first, second, last] = [at(0), at(1), at(2)];
    expect(first.size / keys.length).toBeCloseTo(0.05, 1);
    expect([...first].every((key) => second.has(key))).toBe(true);
    expect(last.size).toBe(keys.length);
  });

  test('answers by the active colour and by the live version', () => {
    const blueGreen = EndpointRoute.parse({
      kind: 'blueGreen',
      blue: 'late/1.0.0',
      green: 'late/1.1.0',
      active: 'green',
    });
    expect(chooseArm('late', blueGreen, null, 'k')).toEqual({ name: 'green', ref: 'late/1.1.0' });
    const shadow = EndpointRoute.parse({
      kind: 'shadow',
      live: 'late/1.0.0',
      shadows: [{ name: 'next', ref: 'late/1.1.0' }],
    });
    expect(chooseArm('late', shadow, null, 'k').name).toBe('live');
  });
});

test('positions lie in [0, 1)', () => {
  for (const key of keys) {
    const position = positionOf('late', key);
    expect(position >= 0 && position < 1).toBe(true);
  }
});

describe('a route', () => {
  const faults = (route: unknown) =>
    EndpointRoute.safeParse(route).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

  test('names all that is wrong with it at once', () => {
    expect(
      faults({
        kind: 'canary',
        stable: 'a',
        canary: 'b',
        steps: [{ percent: 10, minRequests: 5 }, { percent: 10, minMinutes: 1 }, { percent: 100 }],
      }),
    ).toEqual([
      'steps.1.percent: must be more than in the step before',
      'steps.2: needs minRequests, minMinutes or both',
    ]);
    expect(
      faults({
        kind: 'ab',
        arms: [
          { name: 'a', ref: 'm', weight: 0 },
          { name: 'a', ref: 'm', weight: 0 },
        ],
      }),
    ).toEqual(['arms: one arm needs a weight above 0', 'arms.1.name: another arm has this name']);
  });
});
