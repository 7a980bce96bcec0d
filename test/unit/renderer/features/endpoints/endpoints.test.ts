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

  test.each(['single', 'canary', 'ab', 'shadow', 'ensemble', 'blueGreen'] as const)(
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
    const none = { name: null, p95Ms: null, sticky: null, route: [] };
    expect(faultsOf(newForm(null), null)).toEqual(none);
    expect(faultsOf({ ...newForm(null), kind: 'canary' }, 'late/1.0.0')).toEqual(none);
    const faults = faultsOf({ ...form, kind: 'canary', name: 'Not A Name', p95Ms: '-1' }, 'late/1.0.0');
    expect(faults.name).toMatch(/lower-case/);
    expect(faults.p95Ms).toMatch(/above 0/);
    expect(faults.route).toEqual([]);
  });

  test('a canary has the steps, limits and key that were set for it', () => {
    const steps = [
      { percent: 0, minRequests: '' as const, minMinutes: 5 },
      { percent: 30, minRequests: 40, minMinutes: '' as const },
    ];
    const set = { steps, judgedFrom: 7, maxLossIncrease: 0.1, minTruths: 9 };
    const sticky = { stickyFrom: 'header' as const, stickyName: ' x-customer ' };
    expect(routeOf({ ...form, kind: 'canary', ...set, ...sticky }, 'late/1.0.0')).toMatchObject({
      steps: [
        { percent: 0, minMinutes: 5 },
        { percent: 30, minRequests: 40 },
      ],
      limits: { minRequests: 7, quality: { maxLossIncrease: 0.1, minTruths: 9 } },
      stickyBy: { from: 'header', name: 'x-customer' },
    });
  });

  test('steps that cannot be, and a key without a name, are told before anything is sent', () => {
    const faults = faultsOf(
      {
        ...form,
        kind: 'canary',
        stickyFrom: 'column',
        steps: [
          { percent: 20, minRequests: '', minMinutes: '' },
          { percent: 10, minRequests: 5, minMinutes: '' },
        ],
      },
      'late/1.0.0',
    );
    expect(faults.route).toEqual([
      'Step 1: needs minRequests, minMinutes or both',
      'Step 2: must be more than in the step before',
    ]);
    expect(faults.sticky).not.toBeNull();
  });

  const others = [
    { ref: 'late/3.0.0', percent: 25, weight: 3 },
    { ref: ' ', percent: 50, weight: 1 },
  ];

  test('further versions of an A/B test leave the rest to the one that answers now, and are refused beyond it', () => {
    const ab = { ...form, kind: 'ab' as const, others };
    expect(routeOf(ab, 'late/1.0.0')).toMatchObject({
      arms: [
        { name: 'a', ref: 'late/1.0.0', weight: 65 },
        { name: 'b', ref: 'late/2.0.0', weight: 10 },
        { name: 'c', ref: 'late/3.0.0', weight: 25 },
      ],
    });
    expect(faultsOf({ ...ab, percent: 80 }, 'late/1.0.0').route).toEqual([
      'The shares of the new versions are 105 % together.',
    ]);
  });

  test('an ensemble has weights where its mean is weighted, and blue/green begins with the one chosen', () => {
    const ensemble = { ...form, kind: 'ensemble' as const, others, stableWeight: 2 };
    expect(routeOf({ ...ensemble, combine: 'weighted' }, 'late/1.0.0')).toMatchObject({
      members: [{ weight: 2 }, { weight: 1 }, { name: 'c', weight: 3 }],
    });
    expect(
      faultsOf({ ...ensemble, others: [], combine: 'weighted', stableWeight: 0, weight: 0 }, 'late/1.0.0')
        .route,
    ).toEqual(['one member needs a weight above 0']);
    expect(routeOf({ ...form, kind: 'blueGreen', active: 'new' }, 'late/1.0.0')).toEqual({
      kind: 'blueGreen',
      blue: 'late/1.0.0',
      green: 'late/2.0.0',
      active: 'green',
    });
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
