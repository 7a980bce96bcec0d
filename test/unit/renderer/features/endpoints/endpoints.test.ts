import { describe, expect, test } from 'vitest';
import { EndpointRoute } from '../../../../../local-api/contract/index.ts';
import {
  faultsOf,
  newForm,
  routeOf,
  stepsFrom,
} from '../../../../../renderer/features/endpoints/deploy-form.ts';
import { percentsOf } from '../../../../../renderer/features/endpoints/shares.ts';
import { seriesOf } from '../../../../../renderer/features/endpoints/traffic-series.ts';

const form = { ...newForm(null), name: 'late', ref: 'late/2.0.0' };

describe('the form of a deployment', () => {
  test('serves at once where nothing answers yet, whatever else was chosen', () => {
    expect(routeOf({ ...form, kind: 'canary' }, null)).toEqual({ kind: 'single', ref: 'late/2.0.0' });
  });

  test.each(['single', 'canary', 'ab', 'shadow', 'ensemble'] as const)(
    'asks for a %s route that the contract takes',
    (kind) => {
      const route = EndpointRoute.parse(routeOf({ ...form, kind, p95Ms: '20' }, 'late/1.0.0'));
      expect(route.kind).toBe(kind);
    },
  );

  test('the steps of a canary rise from its first share to all', () => {
    expect([stepsFrom(10), stepsFrom(50), stepsFrom(80)]).toEqual([
      [10, 50, 100],
      [50, 100],
      [80, 100],
    ]);
  });

  test('says what is wrong with a name or a limit, and nothing about an empty form', () => {
    expect(faultsOf({ ...form, name: '', p95Ms: '' })).toEqual({ name: null, p95Ms: null });
    const faults = faultsOf({ ...form, name: 'Not A Name', p95Ms: '-1' });
    expect(faults.name).toMatch(/lower-case/);
    expect(faults.p95Ms).toMatch(/above 0/);
  });
});

describe('shares', () => {
  test('add up to 100 whatever the weights', () => {
    expect(percentsOf([1, 1, 1])).toEqual([34, 33, 33]);
    expect(percentsOf([0, 7])).toEqual([0, 100]);
    expect(percentsOf([0, 0])).toEqual([0, 0]);
  });
});

test('a curve has a value for each ten seconds of the window, also where there was no request', () => {
  const points = [{ atMs: 80_000, arm: 'a', requests: 20, errors: 0, p95Ms: 4 }];
  const [series] = seriesOf({ points, windowSeconds: 30 }, 95_000, ({ requests }) => requests, 0);
  expect(series).toMatchObject({ label: 'a', x: [70_000, 80_000, 90_000], y: [0, 20, 0] });
});
