import type { DuckDBValue } from '@duckdb/node-api';
import { type DuckDb, firstLine } from '../../duckdb/index.ts';
import { messageOf } from '../../errors.ts';

/** Aggregates that one pass over the table gives; the same one asked for twice is computed once. */
export type Scan = {
  /** Gives the place of the aggregate among the answers. */
  want(aggregate: string): number;
  /**
   * Runs them all. An aggregate that fails (a cast in somebody's condition) is told apart from the others by running each of
   * its batch by itself.
   */
  run(db: DuckDb, table: string): Promise<ScanAnswer[]>;
};
export type ScanAnswer = { value: DuckDBValue } | { fault: string };

/** DuckDB plans wide aggregations slowly; a pass costs little beside so many. */
const AGGREGATES_AT_ONCE = 400;

export function createScan(): Scan {
  const places = new Map<string, number>();
  return {
    want(aggregate) {
      const place = places.get(aggregate) ?? places.size;
      places.set(aggregate, place);
      return place;
    },
    async run(db, table) {
      const aggregates = [...places.keys()];
      const answers: ScanAnswer[] = [];
      for (let first = 0; first < aggregates.length; first += AGGREGATES_AT_ONCE) {
        answers.push(...(await runBatch(db, table, aggregates.slice(first, first + AGGREGATES_AT_ONCE))));
      }
      return answers;
    },
  };
}

async function runBatch(db: DuckDb, table: string, aggregates: readonly string[]): Promise<ScanAnswer[]> {
  try {
    const [row] = await db.rows(`SELECT ${aggregates.join(',\n')} FROM ${table}`);
    return aggregates.map((_, index) => ({ value: row?.[index] ?? null }));
  } catch (thrown) {
    const message = messageOf(thrown);
    if (/INTERRUPT|^Out of Memory|No space left/i.test(message)) throw thrown;
    if (aggregates.length === 1) return [{ fault: firstLine(message) }];
    // Halving finds one bad aggregate of 400 in nine passes over its half, not in 400.
    const middle = aggregates.length >> 1;
    return [
      ...(await runBatch(db, table, aggregates.slice(0, middle))),
      ...(await runBatch(db, table, aggregates.slice(middle))),
    ];
  }
}

/** A count or sum among the answers as a number. */
export function numberAt(answers: readonly ScanAnswer[], place: number): number | null {
  const answer = answers[place];
  if (answer === undefined || 'fault' in answer || answer.value === null) return null;
  return Number(answer.value);
}

export function faultAt(answers: readonly ScanAnswer[], ...places: readonly number[]): string | null {
  for (const place of places) {
    const answer = answers[place];
    if (answer !== undefined && 'fault' in answer) return answer.fault;
  }
  return null;
}
