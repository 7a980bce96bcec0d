import type { ColumnProfile, MissingPatterns } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetRowEnds, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { numberOf } from '../cells.ts';

const MOST_COLUMNS = 60;
const MOST_PATTERNS = 20;
const BLOCKS = 50;

/**
 * Which columns are missing together, exact and over all rows: each row becomes a number with a bit for every such column, and
 * rows are counted by it and by the part of the file they lie in. With more than 60 such columns the 60 with the most missing values are looked
 * at. Null when nothing is missing. Cost: one scan of those columns.
 */
export async function missingPatterns(
  db: DuckDb,
  files: readonly string[],
  columns: readonly ColumnProfile[],
  rows: number,
): Promise<MissingPatterns | null> {
  const missing = columns
    .filter((column) => column.missing > 0)
    .toSorted((a, b) => b.missing - a.missing)
    .slice(0, MOST_COLUMNS)
    .map((column) => column.name);
  if (missing.length === 0) return null;
  // As in the file, so that neighbours stand together.
  const names = columns.filter((column) => missing.includes(column.name)).map((column) => column.name);
  const perBlock = Math.ceil(rows / BLOCKS);
  await countMasks(db, files, names, perBlock);
  const patterns = await db.rows(
    `SELECT mask, sum(n), (SELECT count(DISTINCT mask) FROM masks) FROM masks GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_PATTERNS}`,
  );
  const [complete] = await db.rows('SELECT sum(n) FROM masks WHERE mask = 0');
  return {
    columns: names,
    patterns: patterns.map(([mask, n]) => ({
      missing: names.filter((_, index) => hasBit(mask, index)),
      rows: Number(n),
    })),
    patternCount: Number(patterns[0]?.[2] ?? 0),
    completeRows: numberOf(complete?.[0]) ?? 0,
    correlation: await correlationOf(db, names, rows),
    blocks: { rows: perBlock, missing: await byBlock(db, names, Math.ceil(rows / perBlock)) },
  };
}

function hasBit(mask: unknown, index: number): boolean {
  return typeof mask === 'bigint' && ((mask >> BigInt(index)) & 1n) === 1n;
}

async function countMasks(
  db: DuckDb,
  files: readonly string[],
  names: readonly string[],
  perBlock: number,
): Promise<void> {
  const mask = names
    .map(
      (name, index) =>
        `CASE WHEN ${quoteIdentifier(name)} IS NULL THEN ${2n ** BigInt(index)}::BIGINT ELSE 0 END`,
    )
    .join(' + ');
  const ends = await parquetRowEnds(db, files);
  const starts = `[${[0, ...ends.slice(0, -1)].join(', ')}]`;
  const place =
    files.length === 1 ? 'file_row_number' : `(file_row_number + ${starts}[CAST(file_index AS BIGINT) + 1])`;
  await db.run(
    `CREATE OR REPLACE TEMP TABLE masks AS SELECT CAST(${place} // ${perBlock} AS UTINYINT) AS block, ${mask} AS mask, count(*) AS n
     FROM ${parquetTable(files)} GROUP BY ALL`,
  );
}

const bit = (index: number) => `${2n ** BigInt(index)}::BIGINT`;

/** Pearson's correlation of two indicators, from how often each and both are set. */
async function correlationOf(
  db: DuckDb,
  names: readonly string[],
  rows: number,
): Promise<(number | null)[][]> {
  const pairs: { a: number; b: number }[] = [];
  for (let a = 0; a < names.length; a++) for (let b = a; b < names.length; b++) pairs.push({ a, b });
  const both = pairs.map(({ a, b }) => `sum(n) FILTER (mask & ${bit(a)} <> 0 AND mask & ${bit(b)} <> 0)`);
  const [counts = []] = await db.rows(
    `SELECT ${both.join(', ')} FROM (SELECT mask, sum(n) AS n FROM masks GROUP BY 1)`,
  );
  const together = names.map(() => names.map(() => 0));
  for (const [index, { a, b }] of pairs.entries()) {
    const n = Number(counts[index] ?? 0);
    (together[a] as number[])[b] = n;
    (together[b] as number[])[a] = n;
  }
  const set = names.map((_, index) => together[index]?.[index] ?? 0);
  return names.map((_, a) =>
    names.map((__, b) => {
      if (a === b) return (set[a] ?? 0) < rows ? 1 : null;
      const [na = 0, nb = 0, nab = 0] = [set[a], set[b], together[a]?.[b]];
      const variance = na * (rows - na) * nb * (rows - nb);
      return variance === 0 ? null : (rows * nab - na * nb) / Math.sqrt(variance);
    }),
  );
}

async function byBlock(db: DuckDb, names: readonly string[], blocks: number): Promise<number[][]> {
  const counted = await db.rows(
    `SELECT block, ${names.map((_, index) => `sum(n) FILTER (mask & ${bit(index)} <> 0)`).join(', ')} FROM masks GROUP BY 1`,
  );
  const missing = names.map(() => new Array<number>(blocks).fill(0));
  for (const [block, ...cells] of counted) {
    for (const [index, n] of cells.entries()) {
      (missing[index] as number[])[Number(block)] = Number(n ?? 0);
    }
  }
  return missing;
}
