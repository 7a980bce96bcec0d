import { sql } from 'kysely';
import type {
  ArmQuality,
  EndpointRoute,
  GroundTruthRequest,
  SequentialResult,
} from '../../../local-api/contract/index.ts';
import { type SampleSummary, samplesNeeded, sequentialTest } from '../../statistics/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import type { Loss } from './canary.ts';

/** Quality of the answers of one arm and version, as far as true values are known. */
type QualityRow = Omit<ArmQuality, 'lossDeviation'> & { variance: number };

type Joined = { joined: number; unknown: number; unusable: number };

export type GroundTruth = {
  join(endpointId: number, request: GroundTruthRequest): Promise<Joined>;
  /** By arm and version; only requests since `sinceMs`. Cost: linear in the true values of the endpoint. */
  quality(endpointId: number, sinceMs?: number): Promise<QualityRow[]>;
};

/** True values, told later and joined with the answers that were logged. */
export function createGroundTruth({ store, clock }: { store: Store; clock: Clock }): GroundTruth {
  const find = store.sqlite.prepare<[number, string], { id: number; answers: string }>(
    'SELECT id, answers FROM endpoint_requests WHERE endpoint_id = ? AND request_id = ?',
  );
  const keep = store.sqlite.prepare<[number, number, string, number, number]>(
    `INSERT INTO endpoint_truths (request_pk, row, value, loss, at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (request_pk, row) DO UPDATE SET value = excluded.value, loss = excluded.loss, at_ms = excluded.at_ms`,
  );

  return {
    join(endpointId, { items }) {
      const nowMs = clock.nowMs();
      return store.transactionSync(() => {
        const done: Joined = { joined: 0, unknown: 0, unusable: 0 };
        for (const { requestId, row, value } of items) {
          const logged = find.get(endpointId, requestId);
          const answers: unknown = logged === undefined ? [] : JSON.parse(logged.answers);
          const answer: unknown = Array.isArray(answers) ? answers[row] : undefined;
          if (logged === undefined || answer === undefined) {
            done.unknown += 1;
            continue;
          }
          const loss = lossOf(answer, value);
          if (loss === null) {
            done.unusable += 1;
            continue;
          }
          keep.run(logged.id, row, JSON.stringify(value), loss, nowMs);
          done.joined += 1;
        }
        return done;
      });
    },

    async quality(endpointId, sinceMs = 0) {
      const rows = await store.db
        .selectFrom('endpoint_truths')
        .innerJoin('endpoint_requests', 'endpoint_requests.id', 'endpoint_truths.request_pk')
        .select(['arm', 'model', 'version'])
        .select([
          sql<number>`count(*)`.as('truths'),
          sql<number>`avg(loss)`.as('loss'),
          sql<number>`avg(loss * loss)`.as('square'),
        ])
        .where('endpoint_id', '=', endpointId)
        .where('endpoint_requests.at_ms', '>=', sinceMs)
        .groupBy(['arm', 'model', 'version'])
        .orderBy('arm')
        .orderBy('version')
        .execute();
      return rows.map(({ square, ...row }) => ({
        ...row,
        variance: row.truths < 2 ? 0 : (Math.max(0, square - row.loss ** 2) * row.truths) / (row.truths - 1),
      }));
    },
  };
}

/** 1 for a wrong label, the absolute error of a value; null where the two cannot be compared. */
export function lossOf(answer: unknown, truth: string | number): number | null {
  if (typeof answer === 'string') return answer === String(truth) ? 0 : 1;
  const value = typeof truth === 'number' ? truth : truth.trim() === '' ? Number.NaN : Number(truth);
  const error = typeof answer === 'number' ? Math.abs(answer - value) : Number.NaN;
  return Number.isFinite(error) ? error : null;
}

export function shownQuality(rows: readonly QualityRow[]): ArmQuality[] {
  return rows.map(({ variance, ...row }) => ({
    ...row,
    lossDeviation: row.truths < 2 ? null : Math.sqrt(variance),
  }));
}

/** The loss of an arm whatever versions answered in it; zero truths when there are none. */
export function lossOfArm(rows: readonly QualityRow[], arm: string): Loss & { variance: number } {
  const own = rows.filter((row) => row.arm === arm);
  const truths = own.reduce((sum, row) => sum + row.truths, 0);
  if (truths === 0) return { truths: 0, loss: 0, variance: 0 };
  const loss = own.reduce((sum, row) => sum + row.loss * row.truths, 0) / truths;
  const squares = own.reduce(
    (sum, row) => sum + row.variance * (row.truths - 1) + row.truths * (row.loss - loss) ** 2,
    0,
  );
  return { truths, loss, variance: truths < 2 ? 0 : squares / (truths - 1) };
}

/** Every arm of an A/B route against the first; with several, each gets its share of `alpha` (Bonferroni). */
export function testsOf(route: EndpointRoute, rows: readonly QualityRow[]): SequentialResult[] {
  if (route.kind !== 'ab') return [];
  const [first, ...others] = route.arms;
  if (first === undefined) return [];
  const alpha = route.test.alpha / others.length;
  const summary = (arm: string): SampleSummary => {
    const { truths, loss, variance } = lossOfArm(rows, arm);
    return { count: truths, mean: loss, variance };
  };
  const base = summary(first.name);
  return others.map(({ name }) => {
    const own = summary(name);
    const options = { effect: route.test.minEffect, alpha };
    const { difference, interval, pValue } = sequentialTest(base, own, options);
    const deviation = Math.sqrt((base.variance + own.variance) / 2);
    return {
      arm: name,
      against: first.name,
      difference,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      pValue: Math.min(1, pValue * others.length),
      isSignificant: pValue <= alpha,
      neededPerArm: deviation > 0 ? samplesNeeded(deviation, options) : null,
    };
  });
}
