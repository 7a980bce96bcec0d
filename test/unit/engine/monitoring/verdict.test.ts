import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  compareCategories,
  compareNumbers,
  type NumberWindow,
} from '../../../../engine/monitoring/comparison.ts';
import { sampleOf } from '../../../../engine/monitoring/statistics/sample.ts';
import { judgeColumns } from '../../../../engine/monitoring/verdict.ts';
import {
  ColumnDrift,
  type DriftMethod,
  defaultDriftThresholds,
} from '../../../../local-api/contract/index.ts';
import { goldenWindows, normals, uniforms } from './statistics/golden-windows.ts';

const next = uniforms(7);
const normal = normals(next);

function window(size: number, shift = 0, scale = 1): NumberWindow {
  return {
    sample: sampleOf(Float64Array.from({ length: size }, () => shift + scale * normal())),
    missing: 0,
  };
}

function numbers(reference: NumberWindow, current: NumberWindow, name = 'x'): Comparison {
  return compareNumbers({ name, type: 'float' }, reference, current, defaultDriftThresholds);
}

function categories(reference: number[], current: number[], name = 'c'): Comparison {
  const labels = reference.map((_, index) => `v${index}`);
  return compareCategories(
    { name, type: 'string' },
    { labels, reference: { counts: reference, missing: 0 }, current: { counts: current, missing: 0 } },
    defaultDriftThresholds,
  );
}

function judge(comparison: Comparison, method?: DriftMethod): ColumnDrift {
  const methods = method === undefined ? {} : { [comparison.name]: method };
  const [verdict] = judgeColumns([comparison], methods, defaultDriftThresholds);
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

/** Draws categories as counts. */
function draw(size: number, shares: readonly number[]): number[] {
  const counts = shares.map(() => 0);
  for (let i = 0; i < size; i++) {
    let u = next();
    let index = 0;
    while (index < shares.length - 1 && u >= (shares[index] ?? 0)) u -= shares[index++] ?? 0;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

describe('the default verdict', () => {
  it('keeps to the contract and names the numbers of the golden windows', () => {
    const { reference, current } = goldenWindows();
    const verdict = judge(numbers({ sample: reference, missing: 0 }, { sample: current, missing: 0 }));
    expect(ColumnDrift.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({ method: 'wasserstein', threshold: 0.1, drifted: true });
    expect(verdict.score).toBeCloseTo(0.2975722913, 9);
    expect(verdict.pValue).toBeCloseTo(5.147397092e-4, 12);
    expect(verdict.reason).toBe(
      'Drifted: values moved by 0.298 standard deviations (limit 0.1), which chance does not explain (Kolmogorov–Smirnov p 5e-4).',
    );
    expect(verdict.results.map((result) => [result.method, result.drifted])).toEqual([
      ['wasserstein', true],
      ['ks', true],
      ['psi', true],
      ['js', true],
    ]);
  });

  it('raises false alarms in at most 5 % of equal windows, whatever their sizes', () => {
    for (const [m, n, rounds] of [
      [1000, 50, 400],
      [1000, 100, 400],
      [500, 400, 200],
      [100, 100, 400],
      [2000, 2000, 60],
    ] as const) {
      let alarms = 0;
      for (let round = 0; round < rounds; round++)
        if (judge(numbers(window(m), window(n))).drifted) alarms += 1;
      // 5 % and what three standard errors of so many rounds add.
      expect(alarms / rounds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
    }
  });

  it('raises false alarms on categories in at most 5 % of equal windows, where a distance alone would alarm mostly', () => {
    const shares = [0.3, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05, 0.03, 0.02];
    const rounds = 400;
    let alarms = 0;
    let byDistance = 0;
    for (let round = 0; round < rounds; round++) {
      const verdict = judge(categories(draw(1000, shares), draw(100, shares)));
      if (verdict.drifted) alarms += 1;
      if (verdict.score >= verdict.threshold) byDistance += 1;
    }
    expect(alarms / rounds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
    expect(byDistance / rounds).toBeGreaterThan(0.5);
  });

  it('keeps to 5 % of reports with an alarm over twenty columns that did not move', () => {
    const rounds = 100;
    let alarms = 0;
    for (let round = 0; round < rounds; round++) {
      const columns = Array.from({ length: 20 }, (_, index) =>
        numbers(window(300), window(100), `x${index}`),
      );
      if (judgeColumns(columns, {}, defaultDriftThresholds).some((column) => column.drifted)) alarms += 1;
    }
    expect(alarms / rounds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
  });

  it('finds a shift of 0.3 standard deviations among 1,000 values nearly always', () => {
    let found = 0;
    for (let round = 0; round < 100; round++) {
      if (judge(numbers(window(1000), window(1000, 0.3))).drifted) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(97);
  });

  it('finds a change of spread that leaves the mean alone', () => {
    const verdict = judge(numbers(window(2000), window(2000, 0, 1.5)));
    expect(verdict.drifted).toBe(true);
  });

  it('calls a change that is real but small what it is', () => {
    const verdict = judge(numbers(window(60_000), window(60_000, 0.05)));
    expect(verdict.drifted).toBe(false);
    expect(verdict.pValue).toBeLessThan(0.001);
    expect(verdict.reason).toMatch(
      /^Changed, but too little to matter: values moved by 0\.0\d+ standard deviations/,
    );
  });

  it('says of a small window what it could not have seen', () => {
    const verdict = judge(numbers(window(1000), window(20)));
    expect(verdict.reason).toContain(
      'With only 20 values in a window, shifts below about 0.8 standard deviations go unseen.',
    );
  });

  it('sees a change among few grades, where the Kolmogorov–Smirnov test is too careful', () => {
    const grades = (counts: number[]): NumberWindow => ({
      sample: sampleOf(
        Float64Array.from(counts.flatMap((count, grade) => new Array<number>(count).fill(grade))),
      ),
      missing: 0,
    });
    const verdict = judge(
      compareNumbers(
        { name: 'g', type: 'integer' },
        grades([80, 20]),
        grades([62, 38]),
        defaultDriftThresholds,
      ),
    );
    expect(verdict.reason).toContain('chi-squared');
    expect(verdict.drifted).toBe(true);
  });

  it('tells a change of the missing share', () => {
    const before = window(500);
    const after = { ...window(500), missing: 500 };
    expect(judge(numbers(before, after)).reason).toContain('Missing values went from 0 % to 50 %.');
  });

  it('finds constants equal or moved', () => {
    const constant = (value: number): NumberWindow => ({
      sample: sampleOf(new Float64Array(50).fill(value)),
      missing: 0,
    });
    expect(judge(numbers(constant(3), constant(3)))).toMatchObject({ drifted: false, score: 0 });
    expect(judge(numbers(constant(3), constant(4))).drifted).toBe(true);
  });
});

describe('a chosen method', () => {
  it('decides by its own rule, without correction', () => {
    const { reference, current } = goldenWindows();
    const comparison = numbers({ sample: reference, missing: 0 }, { sample: current, missing: 0 });
    for (const method of ['psi', 'ks', 'js', 'wasserstein'] as const) {
      const verdict = judge(comparison, method);
      const own = comparison.results.find((result) => result.method === method);
      expect(verdict).toMatchObject({
        method,
        score: own?.score,
        pValue: own?.pValue,
        drifted: own?.drifted,
      });
      expect(verdict.reason).toContain('by the chosen method');
    }
  });

  it('takes the threshold of the request', () => {
    const thresholds = { ...defaultDriftThresholds, psi: 0.5 };
    const { reference, current } = goldenWindows();
    const comparison = compareNumbers(
      { name: 'x', type: 'float' },
      { sample: reference, missing: 0 },
      { sample: current, missing: 0 },
      thresholds,
    );
    expect(judgeColumns([comparison], { x: 'psi' }, thresholds)[0]).toMatchObject({
      drifted: false,
      threshold: 0.5,
    });
  });

  it('does not weaken the correction of the other columns', () => {
    const moved = numbers(window(400), window(400, 0.25), 'a');
    const alone = judgeColumns([moved], {}, defaultDriftThresholds)[0]?.pValue ?? 0;
    const others = Array.from({ length: 9 }, (_, index) => numbers(window(400), window(400), `n${index}`));
    const methods = Object.fromEntries(others.map((column) => [column.name, 'psi' as const]));
    expect(judgeColumns([moved, ...others], methods, defaultDriftThresholds)[0]?.pValue).toBe(alone);
    expect(judgeColumns([moved, ...others], {}, defaultDriftThresholds)[0]?.pValue).toBeGreaterThan(alone);
  });
});

describe('the distribution for charts', () => {
  it('overlays shares over common bins and puts far tails into the end bins', () => {
    const values = Float64Array.from({ length: 2000 }, () => normal());
    values[0] = 1e6;
    const { distribution } = numbers({ sample: sampleOf(values), missing: 0 }, window(500));
    if (distribution.kind !== 'histogram') throw new Error('not a histogram');
    expect(distribution.edges.at(-1)).toBeLessThan(10);
    expect(distribution.edges.length).toBeGreaterThan(20);
    expect(distribution.reference.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(distribution.current.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('shows the twenty largest categories and the rest as one', () => {
    const counts = Array.from({ length: 30 }, (_, index) => 100 - index);
    const { distribution } = categories(counts, counts);
    if (distribution.kind !== 'categories') throw new Error('no categories');
    expect(distribution.labels).toHaveLength(21);
    expect(distribution.labels.at(-1)).toBe('other');
    expect(distribution.reference.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});
