import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { testAccuracy, testAuc, testLoss } from '../../../../engine/comparison/prediction-tests.ts';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';

const truth = [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1];
const first = [0.9, 0.3, 0.6, 0.55, 0.4, 0.6, 0.8, 0.1, 0.35, 0.5, 0.2, 0.7];
const second = [0.8, 0.2, 0.4, 0.65, 0.45, 0.3, 0.9, 0.2, 0.5, 0.7, 0.35, 0.55];
const names = { a: 'linear', b: 'gbdt' };

type Db = Parameters<typeof testAuc>[0];

/** The rows as the comparison lines them up; labels by the threshold 0.5. */
function withPairs<T>(a: readonly number[], b: readonly number[], work: (db: Db) => Promise<T>): Promise<T> {
  const rows = truth.map(
    (y, i) => `('${y}', ${a[i]}, ${b[i]}, '${Number((a[i] ?? 0) >= 0.5)}', '${Number((b[i] ?? 0) >= 0.5)}')`,
  );
  return withDuckDb({ readable: [], folders: [tmpdir()], memoryMb: 256 }, async (db) => {
    await db.run(
      `CREATE TABLE pairs AS SELECT truth, score_a::DOUBLE AS score_a, score_b::DOUBLE AS score_b, label_a, label_b
       FROM (VALUES ${rows.join(', ')}) AS t(truth, score_a, score_b, label_a, label_b)`,
    );
    return work(db);
  });
}

describe('testAuc', () => {
  it('agrees with roc_auc_score of scikit-learn and DeLong’s covariance written out in NumPy', async () => {
    const test = await withPairs(first, second, (db) => testAuc(db, '1', names, 0.95));
    expect(test?.a).toBeCloseTo(0.875, 12);
    expect(test?.b).toBeCloseTo(0.8611111111111112, 12);
    expect(test?.pValue).toBeCloseTo(0.9231999251188269, 10);
    const half = 1.959963984540054 * 0.14407002755433268;
    expect((test?.interval.high ?? 0) - (test?.difference ?? 0)).toBeCloseTo(half, 10);
    expect(test?.outcome).toBe('not-shown');
  });

  it('finds nothing between scores of the same order', async () => {
    const test = await withPairs(first, first.map(Math.exp), (db) => testAuc(db, '1', names, 0.95));
    expect(test).toMatchObject({ pValue: 1, outcome: 'identical' });
  });

  it('answers nothing where a class has a single row', async () => {
    expect(await withPairs(first, second, (db) => testAuc(db, 'none', names, 0.95))).toBeNull();
  });
});

describe('testAccuracy', () => {
  it('is the sign test over the rows that only one of them gets right', async () => {
    // The first errs on rows 6, 9, 10; the second on 3 and 10. Only the first right: row 3; only the second: 6 and 9.
    const test = await withPairs(first, second, (db) => testAccuracy(db, names, 0.95));
    expect(test).toMatchObject({ a: 9 / 12, b: 10 / 12, outcome: 'not-shown' });
    expect(test.pValue).toBeCloseTo(1, 12);
  });

  it('finds a model that is right where the other is wrong', async () => {
    const wrong = truth.map((y) => 1 - y);
    const test = await withPairs(wrong, truth, (db) => testAccuracy(db, names, 0.95));
    // binomtest(0, 12)
    expect(test.pValue).toBeCloseTo(0.00048828125, 12);
    expect(test.sentence).toMatch(/^accuracy: gbdt is better than linear: \+1\.0+ accuracy/);
  });
});

describe('testLoss', () => {
  it('agrees with ttest_rel of the losses of the rows', async () => {
    const losses = { a: 'abs(truth::DOUBLE - score_a)', b: 'abs(truth::DOUBLE - score_b)' };
    const test = await withPairs(first, second, (db) => testLoss(db, 'mae', losses, names, 0.95));
    expect(test?.pValue).toBeCloseTo(0.7273797612068392, 10);
    expect(test?.direction).toBe('lower');
  });
});
