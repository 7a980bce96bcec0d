import type { SplitRule } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { type Find, fits, found, type Report, repeated, sqlTypes } from './step-columns.ts';
import { literal, partNames } from './step-sql.ts';

/** Faults of the parts of a split: their names, fractions, values and ends. */
export async function checkSplit(
  rule: SplitRule,
  db: DuckDb,
  find: Find,
  report: Report,
): Promise<SplitRule> {
  for (const name of repeated(partNames(rule))) report('/by/parts', `Two parts are called "${name}"`);
  if (rule.kind === 'fraction') {
    const sum = rule.parts.reduce((total, part) => total + part.fraction, 0);
    if (Math.abs(sum - 1) > 1e-6)
      report('/by/parts', `The fractions add up to ${Number(sum.toFixed(6))}`, '1');
    return rule.together === undefined
      ? rule
      : { ...rule, together: found(rule.together, '/by/together', find) };
  }
  const column = find(rule.column, '/by/column');
  if (column === null) return rule;
  if (rule.kind === 'column') {
    for (const [index, { values }] of rule.parts.entries())
      for (const [at, value] of values.entries())
        if (value !== null && !(await fits(db, value, column.type)))
          report(
            `/by/parts/${index}/values/${at}`,
            `${JSON.stringify(value)} does not fit "${column.name}"`,
            column.type,
          );
    return { ...rule, column: column.name };
  }
  if (column.type === 'string' || column.type === 'boolean') {
    report('/by/column', `"${column.name}" has no order in time`, 'a date, a datetime or a number');
    return rule;
  }
  let isRising = true;
  for (const [index, { before }] of rule.parts.entries()) {
    if (!(await fits(db, before, column.type))) {
      report(
        `/by/parts/${index}/before`,
        `${JSON.stringify(before)} does not fit "${column.name}"`,
        column.type,
      );
      isRising = false;
    }
  }
  if (isRising && rule.parts.length > 1) {
    const ends = rule.parts.map(({ before }) => `CAST(${literal(before)} AS ${sqlTypes[column.type]})`);
    const [row] = await db.rows(
      `SELECT ${ends
        .slice(1)
        .map((end, index) => `${ends[index]} < ${end}`)
        .join(' AND ')}`,
    );
    if (row?.[0] !== true) report('/by/parts', 'The ends do not rise', 'the earliest first');
  }
  return { ...rule, column: column.name };
}
