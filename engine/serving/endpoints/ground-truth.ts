import { sql } from 'kysely';
import type {
  ArmOutcome,
  ArmQuality,
  GroundTruthRequest,
  OutcomesRequest,
} from '../../../local-api/contract/index.ts';
import type { SampleSummary } from '../../statistics/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import type { Loss } from './canary.ts';

/** Quality of the answers of one arm and version, as far as true values are known. */
export type QualityRow = Omit<ArmQuality, 'lossDeviation'> & { variance: number };

type Joined = { joined: number; unknown: number; unusable: number };

/** Outcomes of the requests of one arm. */
export type OutcomeRow = SampleSummary & { arm: string };

/** The place among the rows of a request where the outcome of the request as a whole is kept. */
const outcomeRow = -1;

export type GroundTruth = {
  join(endpointId: number, request: GroundTruthRequest): Promise<Joined>;
  /** By arm and version; only requests since `sinceMs`. Cost: linear in the true values of the endpoint. */
  quality(endpointId: number, sinceMs?: number): Promise<QualityRow[]>;
  joinOutcomes(endpointId: number, request: OutcomesRequest): Promise<Omit<Joined, 'unusable'>>;
  /** By arm. Cost: linear in the outcomes of the endpoint. */
  outcomes(endpointId: number): Promise<OutcomeRow[]>;
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
        .where('row', '>=', 0)
        .groupBy(['arm', 'model', 'version'])
        .orderBy('arm')
        .orderBy('version')
        .execute();
      return rows.map(({ square, ...row }) => ({
        ...row,
        variance: varianceOf(row.truths, row.loss, square),
      }));
    },

    joinOutcomes(endpointId, { items }) {
      const nowMs = clock.nowMs();
      return store.transactionSync(() => {
        const done = { joined: 0, unknown: 0 };
        for (const { requestId, value } of items) {
          const logged = find.get(endpointId, requestId);
          if (logged === undefined) {
            done.unknown += 1;
            continue;
          }
          keep.run(logged.id, outcomeRow, JSON.stringify(value), Number(value), nowMs);
          done.joined += 1;
        }
        return done;
      });
    },

    async outcomes(endpointId) {
      const rows = await store.db
        .selectFrom('endpoint_truths')
        .innerJoin('endpoint_requests', 'endpoint_requests.id', 'endpoint_truths.request_pk')
        .select('arm')
        .select([
          sql<number>`count(*)`.as('count'),
          sql<number>`avg(loss)`.as('mean'),
          sql<number>`avg(loss * loss)`.as('square'),
        ])
        .where('endpoint_id', '=', endpointId)
        .where('row', '=', outcomeRow)
        .groupBy('arm')
        .orderBy('arm')
        .execute();
      return rows.map(({ arm, count, mean, square }) => ({
        arm,
        count,
        mean,
        variance: varianceOf(count, mean, square),
      }));
    },
  };
}

/** Of a sample, from its mean and the mean of its squares; 0 for fewer than two values. */
function varianceOf(count: number, mean: number, square: number): number {
  return count < 2 ? 0 : (Math.max(0, square - mean ** 2) * count) / (count - 1);
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

export function shownOutcome({ arm, count, mean, variance }: OutcomeRow): ArmOutcome {
  return { arm, requests: count, mean, deviation: count < 2 ? null : Math.sqrt(variance) };
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
