import type { Signature } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { readEvaluationRows } from '../models/index.ts';
import { tableFeeds } from '../training/index.ts';
import type { Truth } from './global/truth.ts';
import type { RowSet } from './model/row-set.ts';

/** Rows that a model is explained on, not read yet. */
export type ExplainedRows = {
  /** For people. */
  source: string;
  /** SQL for the truth; null where the data have none. */
  targetSql: string | null;
  /** SQL condition on the rows. */
  where: string | null;
};

/** Reads at most 20,000 rows at equal distances. Errors: `explanations/no-rows`, `datasets/bad-expression`. */
export async function readExplainedRows(
  { files, targetSql, where, source }: ExplainedRows & { files: readonly string[] },
  signature: Signature,
  signal: AbortSignal,
): Promise<{ all: RowSet; truth: Truth | null }> {
  // Rows without a truth are left out, unless none has one.
  const anything = signature.classes === null ? '0' : "'none'";
  const rows = { files, targetSql: targetSql ?? anything, signal, ...(where === null ? {} : { where }) };
  const table = await readEvaluationRows(rows, [signature]);
  if (table.rows < 2)
    throw new AssayError(
      'explanations/no-rows',
      `${source} has ${table.rows} rows with the target; at least 2 are needed`,
    );
  const feeds = tableFeeds(
    signature.inputs,
    table,
    Int32Array.from({ length: table.rows }, (_, row) => row),
  );
  const all = { n: table.rows, feeds };
  if (targetSql === null) return { all, truth: null };
  const { target } = table;
  // What a score is worth only its order within a query tells, and queries are no inputs.
  if (signature.task === 'ranking') return { all, truth: null };
  if (target.task !== 'classification') return { all, truth: target.values };
  const own = target.classes.map((name) => signature.classes?.indexOf(name) ?? -1);
  return { all, truth: target.codes.map((code) => own[code] ?? -1) };
}

/** `count` of n rows at equal distances; all of them when they are fewer. */
export function evenRows(n: number, count: number): Int32Array {
  const taken = Math.min(n, count);
  return Int32Array.from({ length: taken }, (_, i) => Math.floor((i * n) / taken));
}
