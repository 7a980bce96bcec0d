import type { z } from 'zod';
import type { FreshnessRule, QueryRule } from '../../../local-api/contract/index.ts';
import { countText, hoursText } from '../../../local-api/contract/rule-words.ts';
import { checkQueryOver } from '../../data/index.ts';
import { type DuckDb, firstLine, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { messageOf } from '../../errors.ts';
import type { CheckInput } from './check-input.ts';
import { queryRules } from './failing-rows.ts';
import { type Outcome, unjudged } from './judge.ts';
import { faultAt, numberAt, type Scan, type ScanAnswer } from './scan.ts';
import { isTime } from './sql-values.ts';

/** How much older than the import the newest time is. */
export function freshness(
  rule: z.infer<typeof FreshnessRule>,
  input: CheckInput,
  scan: Scan,
): (answers: readonly ScanAnswer[]) => Outcome {
  const column = input.columns.find(({ name }) => name === rule.column);
  if (column !== undefined && !isTime(column.type))
    return () => unjudged('unknown', `${rule.column} is ${column.type}, not a time`);
  const place = scan.want(`epoch_ms(max(${quoteIdentifier(rule.column)})::TIMESTAMP)`);
  return (answers) => {
    const fault = faultAt(answers, place);
    if (fault !== null) return unjudged('unknown', fault);
    const newest = numberAt(answers, place);
    if (newest === null) return unjudged('unknown', 'there are no times');
    const age = (input.atMs - newest) / 3_600_000;
    return {
      status: age <= rule.maxAgeHours ? 'passed' : 'failed',
      found: `${new Date(newest).toISOString()}, ${age < 0 ? `${hoursText(-age)} after` : `${hoursText(age)} before`} the import`,
      checked: 0,
      broken: 0,
      brokenShare: 0,
    };
  };
}

/** Rows that a SELECT gives though it should give none. */
export async function countQueryRows(
  db: DuckDb,
  rule: z.infer<typeof QueryRule>,
  { files, rows }: Pick<CheckInput, 'files' | 'rows'>,
): Promise<Outcome> {
  try {
    const { select } = await checkQueryOver(db, rule.sql, queryRules(parquetTable(files)));
    const [row] = await db.rows(`SELECT count(*) FROM (${select})`);
    const broken = Number(row?.[0] ?? 0);
    return {
      status: broken === 0 ? 'passed' : 'failed',
      found: broken === 0 ? 'no rows' : `${countText(broken)} rows`,
      checked: rows,
      broken,
      brokenShare: rows === 0 ? 0 : Math.min(1, broken / rows),
    };
  } catch (thrown) {
    const message = messageOf(thrown);
    if (/INTERRUPT|^Out of Memory|No space left/i.test(message)) throw thrown;
    return unjudged('unknown', firstLine(message));
  }
}
