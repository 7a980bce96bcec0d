import type { DataVerdict, RuleResult } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable } from '../../duckdb/index.ts';
import type { CheckInput } from './check-input.ts';
import { failingRowsOf, readFailingRows } from './failing-rows.ts';
import { planCheck } from './plan-check.ts';
import { createScan } from './scan.ts';

/** Of each broken rule, in a report. */
const ROWS_SHOWN = 100;

export type CheckOutcome = {
  verdict: DataVerdict;
  failed: number;
  warned: number;
  unknown: number;
  results: RuleResult[];
};

/**
 * Judges rows by a schema. Everything that can be counted row by row is counted in one pass over the columns named; unique
 * and foreign keys, order and queries take a pass each; a broken rule takes another one, up to its 100th row.
 *
 * 1 million rows with 59 rules over 20 columns, among them three patterns, a unique column and an order: 1.3 s of processor
 * time and 290 MB.
 */
export async function runCheck(
  db: DuckDb,
  input: CheckInput,
  onRule: (done: number, all: number, ruleId: string) => void = () => {},
): Promise<CheckOutcome> {
  const scan = createScan();
  const planned = planCheck(input, scan);
  const answers = await scan.run(db, parquetTable(input.files));
  const results: RuleResult[] = [];
  for (const { settle, ...rule } of planned) {
    onRule(results.length, planned.length, rule.ruleId);
    const outcome = await settle(answers, db);
    const shown = outcome.broken > 0 ? await shownRows(db, input, rule.ruleId) : null;
    results.push({
      ...rule,
      ...outcome,
      columns: shown?.columns ?? [],
      rows: shown?.rows ?? [],
      hasRows: shown !== null,
    });
  }
  return { ...sumUp(results), results };
}

async function shownRows(db: DuckDb, input: CheckInput, ruleId: string) {
  const failing = failingRowsOf(ruleId, input);
  if (failing === null) return null;
  return readFailingRows(db, failing, input, { offset: 0, limit: ROWS_SHOWN, only: true });
}

/** A rule of severity error that could not be judged is a warning: nobody knows whether the data are fine. */
function sumUp(results: readonly RuleResult[]): Omit<CheckOutcome, 'results'> {
  const countOf = (severity: RuleResult['severity'], status: RuleResult['status']) =>
    results.filter((result) => result.severity === severity && result.status === status).length;
  const failed = countOf('error', 'failed');
  const warned = countOf('warn', 'failed');
  const unknown = results.filter(({ status }) => status === 'unknown').length;
  const verdict = failed > 0 ? 'failed' : warned > 0 || unknown > 0 ? 'warned' : 'passed';
  return { verdict, failed, warned, unknown };
}
