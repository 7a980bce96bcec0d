import { describe, expect, test } from 'vitest';
import { nextProposals, type Proposal, type Tried } from '../../../../../engine/training/tuning/search.ts';
import { sobolPoint } from '../../../../../engine/training/tuning/sobol.ts';
import type { Assignment } from '../../../../../engine/training/tuning/space.ts';
import { Tuning, type TuningInput } from '../../../../../local-api/contract/index.ts';

/** Runs a search on a function; `lanes` proposals are told at a time, as if the process died in between. */
function search(
  input: TuningInput,
  f: (values: Record<string, number>, proposal: Proposal) => number | number[] | null,
  seed = 0,
  lanes = Number.POSITIVE_INFINITY,
): Tried[] {
  const tuning = Tuning.parse(input);
  const history: Tried[] = [];
  for (;;) {
    const proposals = nextProposals({ tuning, seed }, history).slice(0, lanes);
    if (proposals.length === 0) return history;
    for (const proposal of proposals) {
      const told = f(proposal.values as Record<string, number>, proposal);
      const losses = told === null ? null : [told].flat();
      history.push({ ...proposal, losses, isComplete: proposal.share === 1 && losses !== null });
    }
  }
}
const best = (tried: Tried[]) =>
  Math.min(...tried.flatMap(({ losses, isComplete }) => (isComplete && losses ? [losses[0] ?? 0] : [])));
const meanBest = (input: TuningInput, f: (values: Record<string, number>) => number, seeds = 6) =>
  Array.from({ length: seeds }, (_, seed) => best(search(input, f, seed))).reduce((a, b) => a + b) / seeds;

/** Least value 0.397887 (Dixon and Szegö 1978). */
const branin = ({ x = 0, y = 0 }: Record<string, number>) =>
  (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
  10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
  10;
const braninSpace = {
  x: { type: 'float', low: -5, high: 10 },
  y: { type: 'float', low: 0, high: 15 },
} as const;
const rosenbrock = ({ x = 0, y = 0 }: Record<string, number>) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
const square = { x: { type: 'float', low: -2, high: 2 }, y: { type: 'float', low: -2, high: 2 } } as const;
const sphereSpace = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e'].map((name) => [name, { type: 'float', low: -5, high: 5 } as const]),
);
const sphere = (values: Record<string, number>) =>
  Object.values(values).reduce((sum, v) => sum + (v - 1) ** 2, 0);

test('Sobol points are those of the standard generators', () => {
  // scipy.stats.qmc.Sobol(d=5, scramble=False).random(8), rows 1, 3 and 6.
  expect([...sobolPoint(1, 5, [])]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  expect([...sobolPoint(3, 5, [])]).toEqual([0.25, 0.75, 0.75, 0.75, 0.25]);
  expect([...sobolPoint(6, 5, [])]).toEqual([0.625, 0.125, 0.875, 0.625, 0.625]);
});

describe('on functions with known minima', () => {
  const random = { kind: 'random', sequence: 'plain' } as const;

  test.each([true, false])(
    'TPE finds lower points of Branin than random search, multivariate: %s',
    (multivariate) => {
      const budget = { trials: 60, space: braninSpace };
      const drawn = meanBest({ ...budget, method: random }, branin);
      const found = meanBest({ ...budget, method: { kind: 'tpe', multivariate } }, branin);
      expect(found - 0.397887).toBeLessThan((drawn - 0.397887) / 1.5);
    },
  );

  test('CMA-ES comes to the minimum of Rosenbrock and sphere where random search does not', () => {
    const cmaes = { kind: 'cmaes' } as const;
    expect(meanBest({ trials: 900, space: square, method: cmaes }, rosenbrock, 4)).toBeLessThan(1e-4);
    expect(meanBest({ trials: 600, space: square, method: random }, rosenbrock, 4)).toBeGreaterThan(1e-3);
    expect(meanBest({ trials: 400, space: sphereSpace, method: cmaes }, sphere, 4)).toBeLessThan(1e-3);
    expect(meanBest({ trials: 400, space: sphereSpace, method: random }, sphere, 4)).toBeGreaterThan(1);
  });

  test('halving finds a better point than random search of the same budget', () => {
    // More budget tells the value more truly.
    const noisy = (values: Record<string, number>, { share, trial }: Proposal) =>
      branin(values) + (1 - share) * 10 * Math.sin(trial * 12.9898);
    const halving = { kind: 'halving' } as const;
    const results = Array.from({ length: 6 }, (_, seed) =>
      search({ trials: 81, space: braninSpace, method: halving }, noisy, seed),
    );
    const cost = results[0]?.reduce((sum, { share }) => sum + share, 0) ?? 0;
    expect(cost).toBeCloseTo(27, 0);
    const found = results.reduce((sum, tried) => sum + best(tried), 0) / 6;
    expect(found).toBeLessThan(meanBest({ trials: 27, space: braninSpace, method: random }, branin));
  });
});

const methods: TuningInput['method'][] = [
  { kind: 'grid', steps: 4 },
  { kind: 'random' },
  { kind: 'tpe', startup: 5 },
  { kind: 'cmaes' },
  { kind: 'halving' },
  { kind: 'hyperband' },
];
describe.each(methods)('%j', (method) => {
  const input: TuningInput = { trials: 30, batch: 3, space: square, method };
  const values = (tried: Tried[]) => tried.map(({ trial, rung, values: v }) => ({ trial, rung, v }));

  test('gives the same trials again, also when told of one at a time, and others by another seed', () => {
    const whole = search(input, rosenbrock);
    expect(values(search(input, rosenbrock))).toEqual(values(whole));
    if (method?.kind !== 'grid') expect(values(search(input, rosenbrock, 1))).not.toEqual(values(whole));
    expect(values(search(input, rosenbrock, 0, 1))).toEqual(values(whole));
  });

  test('takes failed trials and stays in bounds', () => {
    const tried = search(input, (at, { trial }) => (trial % 3 === 0 ? null : rosenbrock(at)));
    expect(new Set(tried.map(({ trial }) => trial)).size).toBe(method?.kind === 'grid' ? 16 : 30);
    for (const { values: at } of tried) {
      for (const x of Object.values(at)) expect(Math.abs(Number(x))).toBeLessThanOrEqual(2);
    }
  });
});

test('Hyperband begins brackets as the paper does: 9, 5 and 3 trials for a budget of 9', () => {
  const tried = search({ trials: 17, space: square, method: { kind: 'hyperband' } }, rosenbrock);
  const rungs = tried.map(({ rung, share }) => `${rung}:${Math.round(9 * share)}`);
  const counts = Object.entries(Object.groupBy(rungs, (rung) => rung)).map(([rung, all]) => [
    rung,
    all?.length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({ '0:1': 9, '1:3': 3 + 5, '2:9': 1 + 1 + 3 });
});

test('settings with a condition are there exactly when it holds', () => {
  const space: TuningInput['space'] = {
    'trainer.kind': { type: 'choice', options: ['gbdt', 'linear'] },
    'trainer.trees': { type: 'int', low: 10, high: 20, when: { 'trainer.kind': 'gbdt' } },
    'trainer.l2': { type: 'log', low: 0.01, high: 1, when: { 'trainer.kind': ['linear'] } },
  };
  for (const method of [
    { kind: 'random' },
    { kind: 'tpe', startup: 6 },
    { kind: 'grid', steps: 3 },
  ] as const) {
    const tried = search({ trials: 40, space, method }, (at) =>
      Number(at['trainer.trees'] ?? at['trainer.l2']),
    );
    for (const { values } of tried) {
      const at: Assignment = values;
      expect(Object.hasOwn(at, 'trainer.trees')).toBe(at['trainer.kind'] === 'gbdt');
      expect(Object.hasOwn(at, 'trainer.l2')).toBe(at['trainer.kind'] === 'linear');
    }
  }
});

test('with two objectives TPE covers the front that lies between them', () => {
  const input: TuningInput = {
    trials: 80,
    space: { x: { type: 'float', low: -10, high: 10 } },
    method: { kind: 'tpe' },
  };
  // Schaffer's first problem: the front is x in [0, 2].
  const tried = search(input, ({ x = 0 }) => [x * x, (x - 2) ** 2]);
  const late = tried.slice(40).filter(({ values }) => Number(values.x) >= -0.5 && Number(values.x) <= 2.5);
  expect(late.length).toBeGreaterThan(20);
});
