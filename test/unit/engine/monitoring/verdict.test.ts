import { describe, expect, it } from 'vitest';
import {
  type Comparison,
  compareCategories,
  compareNumbers,
  type NumberWindow,
} from '../../../../engine/monitoring/comparison.ts';
import { sampleOf } from '../../../../engine/monitoring/statistics/sample.ts';
import { isDatasetDrifted, judgeColumns } from '../../../../engine/monitoring/verdict.ts';
import { seededRandom } from '../../../../engine/statistics/index.ts';
import {
  ColumnDrift,
  type DriftMethod,
  DriftSettings,
  type DriftSettingsInput,
} from '../../../../local-api/contract/index.ts';
import { drawnColumn, type Law, laws } from '../../../kit/drift-draws.ts';
import { goldenWindows, normals, uniforms } from './statistics/golden-windows.ts';

const next = uniforms(7);
const normal = normals(next);

function window(size: number, shift = 0, scale = 1): NumberWindow {
  return {
    sample: sampleOf(Float64Array.from({ length: size }, () => shift + scale * normal())),
    missing: 0,
  };
}

function numbers(
  reference: NumberWindow,
  current: NumberWindow,
  name = 'x',
  settings: DriftSettingsInput = {},
): Comparison {
  return compareNumbers({ name, type: 'float' }, reference, current, DriftSettings.parse(settings));
}

function categories(
  reference: number[],
  current: number[],
  name = 'c',
  settings: DriftSettingsInput = {},
): Comparison {
  const labels = reference.map((_, index) => `v${index}`);
  return compareCategories(
    { name, type: 'string' },
    { labels, reference: { counts: reference, missing: 0 }, current: { counts: current, missing: 0 } },
    DriftSettings.parse(settings),
  );
}

function judge(comparison: Comparison, settings: DriftSettingsInput = {}): ColumnDrift {
  const [verdict] = judgeColumns([comparison], DriftSettings.parse(settings));
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

/** Numbers judged by a method that is chosen for them. */
function judgeBy(method: DriftMethod, x: NumberWindow, y: NumberWindow, more: DriftSettingsInput = {}) {
  const settings = { ...more, methods: { x: method } };
  return judge(numbers(x, y, 'x', settings), settings);
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

describe('the honest verdict', () => {
  it('keeps to the contract and names the numbers of the golden windows', () => {
    const { reference, current } = goldenWindows();
    const verdict = judge(numbers({ sample: reference, missing: 0 }, { sample: current, missing: 0 }));
    expect(ColumnDrift.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({ method: 'wasserstein', threshold: 0.1, level: 'drifted' });
    expect(verdict.effect?.by).toBe('distance');
    expect(verdict.reason).toBe(
      'Drifted: values moved by 0.28 standard deviations (mean 0.0706 → 0.353), which chance does not explain (Anderson–Darling p 3e-5).',
    );
    expect(verdict.results.map((result) => result.method)).toEqual([
      'ks',
      'anderson-darling',
      'cramer-von-mises',
      'mann-whitney',
      'mann-whitney-less',
      't-test',
      'welch',
      'wasserstein',
      'wasserstein-raw',
      'energy',
      'psi',
      'kl',
      'js',
      'js-base2',
      'hellinger',
      'nannyml-js',
      'nannyml-hellinger',
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
      if (verdict.results.find(({ method }) => method === 'js')?.drifted) byDistance += 1;
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
      if (judgeColumns(columns, DriftSettings.parse({})).some((column) => column.drifted)) alarms += 1;
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
    expect(verdict).toMatchObject({ drifted: false, level: 'minor' });
    expect(verdict.pValue).toBeLessThan(0.001);
    expect(verdict.reason).toMatch(/^Changed, but too little to matter: .* 0\.0\d+ standard deviations/);
  });

  it('says of a small window what it could not have seen', () => {
    const verdict = judge(numbers(window(1000), window(50)));
    expect(verdict.level).toBe('none');
    expect(verdict.reason).toContain('Shifts below 0.42 standard deviations could go unseen.');
  });

  it('does not call a window stable in which even a large shift would go unseen', () => {
    const verdict = judge(numbers(window(1000), window(10)));
    expect(verdict).toMatchObject({ level: 'too-few', drifted: false });
    expect(verdict.reason).toMatch(/^Too few rows to say: of 1,000 and 10 values, shifts below 0\.9/);
  });

  it('finds the smallest shift that it names in about four of five windows', () => {
    const rounds = 200;
    const shift = judge(numbers(window(400), window(200))).significance?.smallestShift ?? 0;
    let seen = 0;
    for (let round = 0; round < rounds; round++) {
      const verdict = judge(numbers(window(400), window(200, shift)));
      if ((verdict.pValue ?? 1) <= 0.05) seen += 1;
    }
    expect(seen / rounds).toBeGreaterThan(0.71);
    expect(seen / rounds).toBeLessThan(0.89);
  });

  it('finds a shift that one wild value hides from the distance in standard deviations', () => {
    const values = Float64Array.from({ length: 3000 }, () => normal());
    values[0] = 1e5;
    const verdict = judge(numbers({ sample: sampleOf(values), missing: 0 }, window(3000, 0.5)));
    expect(verdict.results.find(({ method }) => method === 'wasserstein')?.drifted).toBe(false);
    expect(verdict).toMatchObject({ level: 'drifted', effect: { by: 'gap' } });
    expect(verdict.effect?.value).toBeCloseTo(0.5, 0);
  });

  it('names the label whose share changed most', () => {
    const verdict = judge(categories([300, 500, 200], [300, 300, 400]));
    expect(verdict.level).toBe('drifted');
    expect(verdict.reason).toMatch(/\(most: “v1” 50 % → 30 %\)/);
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
        DriftSettings.parse({}),
      ),
    );
    expect(verdict.significance?.test).toBe('chi2');
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
  const { reference, current } = goldenWindows();
  const [x, y] = [
    { sample: reference, missing: 0 },
    { sample: current, missing: 0 },
  ];

  it('decides by its own rule, without correction', () => {
    for (const method of ['psi', 'ks', 'js', 'wasserstein', 'mmd', 'welch'] as const) {
      const verdict = judgeBy(method, x, y);
      const own = verdict.results.find((result) => result.method === method);
      expect(verdict).toMatchObject({
        method,
        score: own?.score,
        pValue: own?.pValue,
        drifted: own?.drifted,
        chosen: true,
      });
      expect(verdict.reason).toContain('by the chosen method');
    }
  });

  it('takes the threshold of the request, that of the column before that of the method', () => {
    expect(judgeBy('psi', x, y, { thresholds: { psi: 0.5 } })).toMatchObject({
      drifted: false,
      threshold: 0.5,
    });
    expect(judgeBy('psi', x, y, { thresholds: { psi: 0.5 }, columnThresholds: { x: 0.2 } })).toMatchObject({
      drifted: true,
      threshold: 0.2,
    });
  });

  it('gives way to size and significance where it can not be computed', () => {
    const settings = { methods: { c: 'fisher' as const } };
    const verdict = judge(categories([30, 30, 40], [30, 30, 40], 'c', settings), settings);
    expect(verdict.reason).toMatch(/^Fisher’s exact test could not be computed here/);
    expect(verdict.notComputed).toEqual([{ method: 'fisher', reason: 'it has 3 different values, not two' }]);
    expect(verdict.chosen).toBeUndefined();
  });

  it('does not weaken the correction of the other columns', () => {
    const moved = numbers(window(400), window(400, 0.25), 'a');
    const alone = judge(moved).pValue ?? 0;
    const names = Array.from({ length: 9 }, (_, index) => `n${index}`);
    const settings = { methods: Object.fromEntries(names.map((name) => [name, 'psi' as const])) };
    const others = (more: DriftSettingsInput) =>
      names.map((name) => numbers(window(400), window(400), name, more));
    const first = (columns: Comparison[], more: DriftSettingsInput) =>
      judgeColumns(columns, DriftSettings.parse(more))[0]?.pValue;
    expect(first([moved, ...others(settings)], settings)).toBe(alone);
    expect(first([moved, ...others({})], {})).toBeGreaterThan(alone);
  });
});

describe('presets of other projects', () => {
  const method = (comparison: Comparison, settings: DriftSettingsInput) => judge(comparison, settings).method;
  const evidently = { preset: 'evidently' } as const;
  const whole = (size: number, values: number): NumberWindow => ({
    sample: sampleOf(Float64Array.from({ length: size }, (_, i) => i % values)),
    missing: 0,
  });
  const grades = (m: number, n: number, values: number, type: 'integer' | 'float') =>
    compareNumbers({ name: 'x', type }, whole(m, values), whole(n, values), DriftSettings.parse(evidently));

  it('chooses as Evidently does: by type, different values, and the size of the reference alone', () => {
    const chosen = (comparison: Comparison) => method(comparison, evidently);
    expect(chosen(numbers(window(1000), window(5000), 'x', evidently))).toBe('ks');
    expect(chosen(numbers(window(1001), window(50), 'x', evidently))).toBe('wasserstein');
    expect(chosen(grades(1000, 1000, 5, 'float'))).toBe('chi2-one-sample');
    expect(chosen(grades(1000, 1000, 6, 'float'))).toBe('ks');
    expect(chosen(grades(1000, 1000, 6, 'integer'))).toBe('chi2-one-sample');
    expect(chosen(grades(1000, 1000, 2, 'integer'))).toBe('z-test');
    expect(chosen(grades(2000, 100, 5, 'float'))).toBe('js');
    expect(chosen(grades(2000, 100, 10, 'integer'))).toBe('js');
    expect(chosen(grades(2000, 100, 11, 'integer'))).toBe('wasserstein');
    expect(chosen(categories([300, 300, 400], [10, 10, 10], 'c', evidently))).toBe('chi2-one-sample');
    expect(chosen(categories([500, 500], [10, 20], 'c', evidently))).toBe('z-test');
    expect(chosen(categories([1000, 500], [10, 20], 'c', evidently))).toBe('js');
  });

  it('chooses as NannyML and whylogs do, and takes over the three levels of whylogs', () => {
    const nannyml = { preset: 'nannyml' } as const;
    expect(method(numbers(window(100), window(100), 'x', nannyml), nannyml)).toBe('nannyml-js');
    const whylogs = { preset: 'whylogs' } as const;
    const level = (reference: number[], current: number[]) => {
      const verdict = judge(categories(reference, current, 'c', whylogs), whylogs);
      return [verdict.method, verdict.level, verdict.reason.split(' by ')[0]];
    };
    expect(level([500, 500], [50, 50])).toEqual(['chi2-one-sample', 'none', 'No drift']);
    expect(level([500, 500], [59, 41])).toEqual(['chi2-one-sample', 'minor', 'Perhaps drifted']);
    expect(level([500, 500], [62, 38])).toEqual(['chi2-one-sample', 'drifted', 'Drifted']);
    expect(level([500, 500, 0], [50, 50, 1])).toEqual(['chi2-one-sample', 'drifted', 'Drifted']);
  });
});

describe('the verdict about a whole window', () => {
  const columns = (drifted: number, all: number) =>
    Array.from({ length: all }, (_, index) => ({ drifted: index < drifted }));

  it('follows its rule', () => {
    expect(isDatasetDrifted(columns(0, 10), { by: 'any' })).toBe(false);
    expect(isDatasetDrifted(columns(1, 10), { by: 'any' })).toBe(true);
    expect(isDatasetDrifted(columns(4, 10), { by: 'share', share: 0.5 })).toBe(false);
    expect(isDatasetDrifted(columns(5, 10), { by: 'share', share: 0.5 })).toBe(true);
    expect(isDatasetDrifted(columns(2, 10), { by: 'count', count: 3 })).toBe(false);
    expect(isDatasetDrifted(columns(3, 10), { by: 'count', count: 3 })).toBe(true);
    expect(isDatasetDrifted(columns(0, 10), { by: 'share', share: 0 })).toBe(false);
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

describe('false alarms of the honest verdict, at the level of the report', () => {
  const rounds = 120;
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds);
  // Three standard errors above 5 %: the test fails one time in a thousand by chance, and its seed is fixed.
  it.each([
    ['counts', 1000, 50, 10],
    ['heavy', 50, 50, 10],
    ['labels', 1000, 100, 20],
    ['manyLabels', 300, 100, 5],
    ['mixed', 500, 80, 14],
  ] as const)('stays within 5 %% of reports on %s columns, %i against %i rows', (name, m, n, columns) => {
    const random = seededRandom(11, name);
    const mix = name === 'mixed' ? Object.values(laws) : [laws[name]];
    let alarms = 0;
    for (let round = 0; round < rounds; round++) {
      const drawn = Array.from({ length: columns }, (_, i) => {
        const law = mix[i % mix.length];
        if (law === undefined) throw new Error(name);
        return drawnColumn(law, `c${i}`, m, n, 0, random);
      });
      const verdicts = judgeColumns(drawn, DriftSettings.parse({}));
      if (isDatasetDrifted(verdicts, { by: 'any' })) alarms += 1;
    }
    expect(alarms / rounds).toBeLessThanOrEqual(most);
  });

  it('finds one column of 200 that moved by 0.3 standard deviations in 1,000 rows', () => {
    const random = seededRandom(12, 'one of many');
    const others = Array.from({ length: 199 }, (_, i) =>
      drawnColumn(laws.normal as Law, `n${i}`, 1000, 1000, 0, random),
    );
    let found = 0;
    for (let round = 0; round < 40; round++) {
      const moved = drawnColumn(laws.normal as Law, 'moved', 1000, 1000, 0.3, random);
      if (judgeColumns([moved, ...others], DriftSettings.parse({}))[0]?.drifted) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(39);
  });
});
