import { expect, test } from 'vitest';
import type { ColumnDrift } from '../../../../../local-api/contract/index.ts';
import { bySeverity, formatPValue, severityOf } from '../../../../../renderer/features/drift/severity.ts';

function column(name: string, overrides: Partial<ColumnDrift>): ColumnDrift {
  const side = { count: 10, missing: 0, mean: null, std: null };
  return {
    name,
    type: 'float',
    kind: 'number',
    method: 'psi',
    score: 0,
    pValue: null,
    threshold: 0.2,
    drifted: false,
    reason: '',
    results: [],
    reference: side,
    current: side,
    distribution: { kind: 'categories', labels: [], reference: [], current: [] },
    ...overrides,
  };
}

test('what drifted comes first, then what is furthest beyond its own threshold', () => {
  const columns = [
    column('calm', { score: 0.01 }),
    column('almost', { score: 0.19 }),
    column('moved', { method: 'wasserstein', score: 0.15, threshold: 0.1, drifted: true }),
    column('gone', { score: 2, drifted: true }),
  ];
  expect(bySeverity(columns).map((one) => one.name)).toEqual(['gone', 'moved', 'almost', 'calm']);
});

test('a smaller p-value is further beyond the threshold', () => {
  const of = (pValue: number) => severityOf({ method: 'ks', score: 0.1, pValue, threshold: 0.05 });
  expect(of(1e-20)).toBeGreaterThan(of(1e-3));
  expect(of(0.05)).toBeCloseTo(1, 12);
  expect(of(0.9)).toBeLessThan(1);
  expect(Number.isFinite(of(0))).toBe(true);
});

test('a p-value too small to mean anything is written as a bound', () => {
  expect([0, 1e-20, 0.04321, null].map(formatPValue)).toEqual(['< 1e-12', '< 1e-12', '0.043', '–']);
});
