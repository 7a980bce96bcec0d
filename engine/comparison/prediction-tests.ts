import { betterDirection, type PredictionTest } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import {
  evenBinomialPValue,
  normalQuantile,
  normalSurvival,
  studentPValue,
  studentQuantile,
} from '../statistics/index.ts';
import { chance, differenceInWords } from './words.ts';

/** Names of the two runs, for sentences. */
export type Names = { a: string; b: string };

/** Smallest probability that a logarithm is taken of, as scikit-learn clips it. */
const SMALLEST = 1e-15;

type Finding = {
  metric: string;
  method: string;
  a: number;
  b: number;
  standardError: number;
  pValue: number;
  /** How many standard errors the interval reaches. */
  reach: number;
};

function toTest(found: Finding, names: Names, confidence: number): PredictionTest {
  const { metric, method, a, b, pValue } = found;
  const direction = betterDirection(metric) ?? 'lower';
  const difference = b - a;
  const half = found.reach * found.standardError;
  const interval = { low: difference - half, high: difference + half };
  const isShown = pValue <= 1 - confidence + 1e-12 && difference !== 0;
  const isBBetter = difference > 0 === (direction === 'higher');
  const isIdentical = difference === 0 && found.standardError === 0;
  const outcome = isIdentical ? 'identical' : !isShown ? 'not-shown' : isBBetter ? 'b-better' : 'a-better';
  const how = `${method}, ${chance(pValue)}`;
  let sentence = `${metric}: both give the same on every row.`;
  if (outcome === 'not-shown')
    sentence = `${metric}: no difference can be shown: ${differenceInWords(metric, difference, interval, confidence)}, ${how}.`;
  else if (outcome !== 'identical') {
    const sign = outcome === 'b-better' ? 1 : -1;
    const turned = sign === 1 ? interval : { low: -interval.high, high: -interval.low };
    const [better, worse] = sign === 1 ? [names.b, names.a] : [names.a, names.b];
    sentence = `${metric}: ${better} is better than ${worse}: ${differenceInWords(metric, sign * difference, turned, confidence)}, ${how}.`;
  }
  return { metric, direction, a, b, difference, interval, pValue, method, outcome, sentence };
}

/**
 * McNemar's exact test over the rows that one model gets right and the other does not (McNemar 1947), with Wald's
 * interval of the difference of paired shares.
 */
export async function testAccuracy(db: DuckDb, names: Names, confidence: number): Promise<PredictionTest> {
  const [row] = await db.rows(
    `SELECT count(*), count(*) FILTER (label_a = truth), count(*) FILTER (label_b = truth),
       count(*) FILTER (label_a = truth AND label_b <> truth), count(*) FILTER (label_b = truth AND label_a <> truth)
     FROM pairs`,
  );
  const [n = 0, rightA = 0, rightB = 0, onlyA = 0, onlyB = 0] = (row ?? []).map(Number);
  return toTest(
    {
      metric: 'accuracy',
      method: 'McNemar’s exact test',
      a: rightA / n,
      b: rightB / n,
      standardError: Math.sqrt(onlyA + onlyB - (onlyB - onlyA) ** 2 / n) / n,
      pValue: evenBinomialPValue(onlyA, onlyA + onlyB),
      reach: normalQuantile((1 + confidence) / 2),
    },
    names,
    confidence,
  );
}

/**
 * Compares the areas under the ROC curves of two scores of the same rows (DeLong, DeLong & Clarke-Pearson 1988), from
 * midranks as Sun & Xu (2014) do it. Reads the table `pairs`: truth, score_a, score_b. null when either class has fewer
 * than two rows.
 */
export async function testAuc(
  db: DuckDb,
  positive: string,
  names: Names,
  confidence: number,
): Promise<PredictionTest | null> {
  const midrank = (part: string, score: string) =>
    `(rank() OVER (${part} ORDER BY ${score}) + (count(*) OVER (PARTITION BY ${part === '' ? '' : 'positive, '}${score}) - 1) / 2)`;
  const own = 'PARTITION BY positive';
  const [row] = await db.rows(
    `WITH scored AS (SELECT truth = ${quoteText(positive)} AS positive, score_a, score_b FROM pairs),
     sizes AS (SELECT count(*) FILTER (positive) AS m, count(*) FILTER (NOT positive) AS n FROM scored),
     ranked AS (SELECT positive, ${midrank('', 'score_a')} - ${midrank(own, 'score_a')} AS a, ${midrank('', 'score_b')} - ${midrank(own, 'score_b')} AS b FROM scored),
     placed AS (SELECT positive, CASE WHEN positive THEN a / greatest(n, 1) ELSE 1 - a / greatest(m, 1) END AS a, CASE WHEN positive THEN b / greatest(n, 1) ELSE 1 - b / greatest(m, 1) END AS b FROM ranked, sizes)
     SELECT any_value(m), any_value(n), avg(a) FILTER (positive), avg(b) FILTER (positive),
       var_samp(b - a) FILTER (positive), var_samp(b - a) FILTER (NOT positive) FROM placed, sizes`,
  );
  const [m = 0, n = 0, a = 0, b = 0, ofPositives = 0, ofNegatives = 0] = (row ?? []).map(Number);
  if (m < 2 || n < 2) return null;
  const standardError = Math.sqrt(ofPositives / m + ofNegatives / n);
  const method = 'DeLong’s test for two correlated ROC curves';
  const pValue = standardError === 0 ? 1 : Math.min(1, 2 * normalSurvival(Math.abs(b - a) / standardError));
  const reach = normalQuantile((1 + confidence) / 2);
  return toTest({ metric: 'auc', method, a, b, standardError, pValue, reach }, names, confidence);
}

/** The paired t-test of a loss that each row has its own share of; `losses` are SQL over `pairs`. */
export async function testLoss(
  db: DuckDb,
  metric: string,
  losses: { a: string; b: string },
  names: Names,
  confidence: number,
  over: 'rows' | 'queries' = 'rows',
): Promise<PredictionTest | null> {
  const [row] = await db.rows(
    `SELECT count(*), avg(a), avg(b), stddev_samp(b - a) FROM (SELECT ${losses.a} AS a, ${losses.b} AS b FROM pairs)`,
  );
  const [n = 0, a = 0, b = 0, std = 0] = (row ?? []).map(Number);
  if (n < 2 || !Number.isFinite(a - b)) return null;
  const standardError = std / Math.sqrt(n);
  const pValue = standardError === 0 ? (a === b ? 1 : 0) : studentPValue((b - a) / standardError, n - 1);
  const reach = studentQuantile((1 + confidence) / 2, n - 1);
  return toTest(
    { metric, method: `paired t-test over ${over}`, a, b, standardError, pValue, reach },
    names,
    confidence,
  );
}

/**
 * Makes of the rows of `pairs` (query, truth, value_a, value_b) the NDCG of each query: ndcg_a, ndcg_b. Queries without a row of
 * a grade above 0 are left out; rows of one score share their discounts.
 */
export async function measureQueries(db: DuckDb): Promise<void> {
  const place = (order: string) => `row_number() OVER (PARTITION BY query ORDER BY ${order} DESC)`;
  const shared = (side: 'a' | 'b') =>
    `avg(1 / log2(place_${side} + 1)) OVER (PARTITION BY query, value_${side})`;
  await db.run(
    `CREATE OR REPLACE TABLE pairs AS
     SELECT sum(gain * share_a) / sum(gain * ideal) AS ndcg_a, sum(gain * share_b) / sum(gain * ideal) AS ndcg_b
     FROM (
       SELECT query, 2 ** truth - 1 AS gain, 1 / log2(place_ideal + 1) AS ideal, ${shared('a')} AS share_a, ${shared('b')} AS share_b
       FROM (
         SELECT *, ${place('value_a')} AS place_a, ${place('value_b')} AS place_b, ${place('truth')} AS place_ideal FROM pairs))
     GROUP BY query HAVING sum(gain) > 0`,
  );
}

/** The logarithmic loss of a row, whose probabilities are columns named by class. */
export function logLoss(classes: readonly string[], side: 'a' | 'b'): string {
  const cases = classes.map((name) => `WHEN ${quoteText(name)} THEN ${quoteIdentifier(`${side}.p.${name}`)}`);
  return `-ln(greatest(CASE truth ${cases.join(' ')} END::DOUBLE, ${SMALLEST}))`;
}
