import { type ColumnDrift, DriftSettings } from '../../../local-api/contract/index.ts';
import type { DuckDb } from '../../duckdb/index.ts';
import { compareColumns, planDrift, windowOf } from '../../monitoring/index.ts';
import { type CheckInput, isThere, type OtherData } from './check-input.ts';
import { type Outcome, unjudged } from './judge.ts';

export type CompareDistributions = (db: DuckDb, ruleId: string, column: string) => Promise<Outcome>;

type There = Exclude<OtherData, { missing: string }>;
type Compared = { columns: ColumnDrift[]; skipped: { name: string; reason: string }[] };

/**
 * Holds columns against those of other versions, by the verdict that drift reports give. All columns with the same reference
 * are compared at once, so that the correction for many tests counts them all.
 */
export function compareDistributions(input: CheckInput): CompareDistributions {
  const { schema, others } = input;
  const done = new Map<string, Promise<Compared>>();
  const columnsAgainst = ({ files }: There): string[] =>
    schema.columns.flatMap(({ name, rules }) =>
      rules.some((rule) => {
        const other = rule.kind === 'distribution' ? others[rule.id] : undefined;
        return isThere(other) && other.files.join() === files.join();
      })
        ? [name]
        : [],
    );
  return async (db, ruleId, column) => {
    const other = others[ruleId];
    if (!isThere(other))
      return unjudged(
        other?.isFine ? 'skipped' : 'unknown',
        other?.missing ?? 'the other version is not there',
      );
    const key = other.files.join();
    const comparing = done.get(key) ?? compare(db, input, other, columnsAgainst(other));
    done.set(key, comparing);
    const { columns, skipped } = await comparing;
    const found = columns.find(({ name }) => name === column);
    if (found === undefined) {
      const why = skipped.find(({ name }) => name === column)?.reason;
      return unjudged('unknown', why ?? `${other.name} has no such column`);
    }
    return {
      status: found.drifted ? 'failed' : 'passed',
      found: `against ${other.name}: ${found.reason}`,
      checked: 0,
      broken: 0,
      brokenShare: 0,
    };
  };
}

async function compare(
  db: DuckDb,
  input: CheckInput,
  other: There,
  wanted: readonly string[],
): Promise<Compared> {
  const isBoth = (name: string) =>
    [input.columns, other.columns].every((columns) => columns.some((column) => column.name === name));
  const columns = wanted.filter(isBoth);
  if (columns.length === 0) return { columns: [], skipped: [] };
  const settings = DriftSettings.parse({});
  const plan = planDrift(other.columns, input.columns, { ...settings, columns });
  const windows = {
    reference: windowOf({ ...other }),
    current: windowOf({ files: input.files, rows: input.rows }),
  };
  return compareColumns(db, windows, { ...settings, plan }, () => {});
}
