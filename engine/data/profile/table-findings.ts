import type {
  Association,
  ColumnDetails,
  DatasetProfile,
  Finding,
  MissingPatterns,
} from '../../../local-api/contract/index.ts';
import { columnFindings } from './column-findings.ts';
import { percent } from './column-warnings.ts';

const FEW_ROWS = 50;
/** Columns this alike tell the same. */
const SAME = 0.9995;
const STRONG = 0.95;
const MOST_PAIRS = 20;
const MISSING_TOGETHER = 0.9;
/** Missing values that stand in one place: most of them in a tenth of the file. */
const CONCENTRATED = 0.6;
const SMALL_PART = 0.1;
const FEWEST_MISSING = 20;

const rank = { high: 0, medium: 1, info: 2 };

/** Worst first; within one severity in the order in which they were found. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

/** Everything worth knowing about a table before it is used, worst first. */
export function tableFindings(
  profile: DatasetProfile,
  details: readonly ColumnDetails[],
  missing: MissingPatterns | null,
  associations: readonly Association[],
): Finding[] {
  const { rows, duplicateRows } = profile;
  const findings: Finding[] = [];
  if (rows < FEW_ROWS) {
    findings.push({
      code: 'few-rows',
      severity: 'medium',
      column: null,
      others: [],
      message: `only ${rows} rows: figures are rough`,
      advice: 'Judge models by cross-validation and mind the intervals.',
    });
  }
  if (duplicateRows !== null && duplicateRows > 0) {
    findings.push({
      code: 'duplicate-rows',
      severity: duplicateRows > rows / 100 ? 'medium' : 'info',
      column: null,
      others: [],
      message: `${duplicateRows.toLocaleString('en')} rows (${percent(duplicateRows / rows)}) repeat another row`,
      advice:
        'Keep one of each, or split by a key: the same row in training and test makes models look better than they are.',
    });
  }
  for (const [index, column] of profile.columns.entries()) {
    const detail = details[index];
    if (detail !== undefined) findings.push(...columnFindings(column, detail, rows));
  }
  findings.push(...alike(associations), ...missingFindings(missing, rows));
  return bySeverity(findings);
}

function alike(associations: readonly Association[]): Finding[] {
  const overall = associations.find(({ measure }) => measure === 'overall');
  if (overall === undefined) return [];
  const pairs: { a: string; b: string; value: number }[] = [];
  for (const [row, a] of overall.rows.entries()) {
    for (let column = row + 1; column < overall.columns.length; column++) {
      const value = overall.values[row]?.[column] ?? 0;
      const b = overall.columns[column];
      if (value >= STRONG && b !== undefined) pairs.push({ a, b, value });
    }
  }
  return pairs
    .sort((x, y) => y.value - x.value)
    .slice(0, MOST_PAIRS)
    .map(({ a, b, value }): Finding => {
      const isSame = value >= SAME;
      return {
        code: isSame ? 'near-duplicate' : 'strongly-related',
        severity: isSame ? 'medium' : 'info',
        column: a,
        others: [b],
        message: isSame ? `tells the same as ${b}` : `goes closely with ${b} (${value.toFixed(2)})`,
        advice: isSame
          ? 'Keep one of the two; importances would be shared out between them by chance.'
          : 'Mind it when importances are read: the two stand in for each other.',
      };
    });
}

function missingFindings(missing: MissingPatterns | null, rows: number): Finding[] {
  if (missing === null) return [];
  const findings: Finding[] = [];
  const told = new Set<number>();
  for (const [a, name] of missing.columns.entries()) {
    if (told.has(a)) continue;
    const together = missing.columns
      .map((_, b) => b)
      .filter((b) => b > a && (missing.correlation[a]?.[b] ?? 0) >= MISSING_TOGETHER);
    if (together.length === 0) continue;
    for (const b of together) told.add(b);
    findings.push({
      code: 'missing-together',
      severity: 'info',
      column: name,
      others: together.map((b) => missing.columns[b] as string),
      message: `is missing in the same rows as ${together.map((b) => missing.columns[b]).join(', ')}`,
      advice: 'They come from one place, or one question was not asked: treat them together.',
    });
  }
  for (const [index, name] of missing.columns.entries()) {
    const part = concentration(missing.blocks.missing[index] ?? []);
    if (part === null) continue;
    const from = part.first * missing.blocks.rows + 1;
    const to = Math.min(rows, (part.last + 1) * missing.blocks.rows);
    findings.push({
      code: 'missing-in-part',
      severity: 'medium',
      column: name,
      others: [],
      message: `is missing mostly between rows ${from.toLocaleString('en')} and ${to.toLocaleString('en')}`,
      advice: 'Something happened to the source there: look at those rows before they are used.',
    });
  }
  return findings;
}

/** The narrowest run of blocks, at most a tenth of them, that holds most of what is missing; null where there is none. */
function concentration(blocks: readonly number[]): { first: number; last: number } | null {
  const total = blocks.reduce((sum, n) => sum + n, 0);
  if (total < FEWEST_MISSING) return null;
  for (let width = 1; width <= blocks.length * SMALL_PART; width++) {
    for (let first = 0; first + width <= blocks.length; first++) {
      const held = blocks.slice(first, first + width).reduce((sum, n) => sum + n, 0);
      if (held > CONCENTRATED * total) return { first, last: first + width - 1 };
    }
  }
  return null;
}
