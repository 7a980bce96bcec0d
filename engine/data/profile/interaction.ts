import type { Column, ColumnInteraction } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import { type Bins, edgesOf, numberBins, timeBins } from '../../statistics/index.ts';
import { numberOf } from '../cells.ts';
import { binIndexSql } from './bin-index-sql.ts';

const MOST_LABELS = 20;
const MOST_POINTS = 1000;
const MOST_FOR_MOMENTS = 1e150;

/**
 * Two columns against each other over all rows where both have a value: a grid of counts for two numbers, the number within
 * each value of a category, or how often the values of two categories meet. Cost: two or three scans of both columns.
 */
export async function interactionOf(
  db: DuckDb,
  files: readonly string[],
  x: Column,
  y: Column,
  rows: number,
): Promise<ColumnInteraction> {
  const table = parquetTable(files);
  const [numberX, numberY] = [isNumeric(x), isNumeric(y)];
  const empty = { x: x.name, y: y.name, grid: null, groups: null, table: null };
  if (numberX && numberY) return { ...empty, ...(await gridOf(db, table, x, y, rows)) };
  if (numberX !== numberY) {
    const [category, number] = numberX ? [y, x] : [x, y];
    return { ...empty, ...(await groupsOf(db, table, category, number)) };
  }
  return { ...empty, ...(await tableOf(db, table, x, y)) };
}

function isNumeric({ type }: Column): boolean {
  return type !== 'string' && type !== 'boolean';
}

/** A number, or milliseconds of a time; NULL where it is infinite. */
function numberSql({ name, type }: Column): string {
  const column = quoteIdentifier(name);
  if (type === 'integer') return `CAST(${column} AS DOUBLE)`;
  if (type !== 'float') return `CAST(epoch_ms(CAST(${column} AS TIMESTAMP)) AS DOUBLE)`;
  return `CASE WHEN abs(${column}) < ${MOST_FOR_MOMENTS} THEN ${column} END`;
}

type Grid = Pick<ColumnInteraction, 'rows' | 'grid'>;

async function gridOf(db: DuckDb, table: string, x: Column, y: Column, rows: number): Promise<Grid> {
  const pairs = `(SELECT ${numberSql(x)} AS x, ${numberSql(y)} AS y FROM ${table}) WHERE x IS NOT NULL AND y IS NOT NULL`;
  const [range = []] = await db.rows(
    `SELECT count(*), min(x), max(x), approx_quantile(x, 0.01), approx_quantile(x, 0.99),
       min(y), max(y), approx_quantile(y, 0.01), approx_quantile(y, 0.99) FROM ${pairs}`,
  );
  const [count, ...bounds] = range.map(numberOf);
  const binsX = binsOf(x, bounds.slice(0, 4));
  const binsY = binsOf(y, bounds.slice(4, 8));
  if (!count || binsX === null || binsY === null) return { rows: count ?? 0, grid: null };
  const [xEdges, yEdges] = [edgesOf(binsX), edgesOf(binsY)];
  const counts = yEdges.slice(1).map(() => new Array<number>(xEdges.length - 1).fill(0));
  const counted = await db.rows(
    `SELECT ${binIndexSql('x', binsX)}, ${binIndexSql('y', binsY)}, count(*) FROM ${pairs} GROUP BY 1, 2`,
  );
  for (const [column, row, n] of counted) {
    const line = counts[Number(row)];
    if (line !== undefined) line[Number(column)] = Number(n);
  }
  const every = Math.max(1, Math.floor(rows / MOST_POINTS));
  const points = await db.rows(
    `SELECT x, y FROM (SELECT ${numberSql(x)} AS x, ${numberSql(y)} AS y, file_row_number AS place FROM ${table})
     WHERE x IS NOT NULL AND y IS NOT NULL AND hash(place) % ${every} = 0 LIMIT ${MOST_POINTS}`,
  );
  return {
    rows: count,
    grid: {
      xEdges,
      yEdges,
      counts,
      points: points.map(([a, b]): [number, number] => [Number(a), Number(b)]),
    },
  };
}

function binsOf(column: Column, [min, max, p01, p99]: readonly (number | null)[]): Bins | null {
  if (min === null || max === null || min === undefined || max === undefined) return null;
  const isTime = column.type === 'date' || column.type === 'datetime';
  const inner = { p01: p01 ?? null, p99: p99 ?? null };
  const bins = isTime
    ? timeBins(min, max)
    : numberBins({ min, max, ...inner, isInteger: column.type === 'integer' });
  return bins === null ? null : coarser(bins);
}

const MOST_BINS = 24;

/** Bins joined until a grid of them can be taken in at a glance. */
function coarser(bins: Bins): Bins {
  const joined = Math.ceil(bins.count / MOST_BINS);
  const count = Math.ceil(bins.count / joined);
  const highEdge =
    bins.highEdge === null ? null : Math.max(bins.highEdge, bins.start + bins.step * joined * count);
  return { ...bins, step: bins.step * joined, count, highEdge };
}

type Groups = Pick<ColumnInteraction, 'rows' | 'groups'>;

async function groupsOf(db: DuckDb, table: string, category: Column, number: Column): Promise<Groups> {
  const pairs = `(SELECT CAST(${quoteIdentifier(category.name)} AS VARCHAR) AS label, ${numberSql(number)} AS value FROM ${table}) WHERE label IS NOT NULL AND value IS NOT NULL`;
  const found = await db.rows(
    `SELECT label, count(*) AS n, avg(value), approx_quantile(value, [0.05, 0.25, 0.5, 0.75, 0.95]), sum(count(*)) OVER () FROM ${pairs}
     GROUP BY 1 ORDER BY n DESC, label LIMIT ${MOST_LABELS}`,
  );
  return {
    rows: Number(found[0]?.[4] ?? 0),
    groups: found.map(([label, n, mean, quantiles]) => ({
      label: String(label),
      rows: Number(n),
      mean: Number(mean),
      quantiles: fiveOf(quantiles),
    })),
  };
}

function fiveOf(value: unknown): NonNullable<ColumnInteraction['groups']>[number]['quantiles'] {
  const items =
    typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
      ? value.items.map(Number)
      : [];
  const [p05 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0] = items;
  return { p05, p25, p50, p75, p95 };
}

type Table = Pick<ColumnInteraction, 'rows' | 'table'>;

async function tableOf(db: DuckDb, table: string, x: Column, y: Column): Promise<Table> {
  const text = (column: Column) => `CAST(${quoteIdentifier(column.name)} AS VARCHAR)`;
  const found = await db.rows(
    `WITH pairs AS MATERIALIZED (SELECT ${text(x)} AS x, ${text(y)} AS y, count(*) AS n FROM ${table} WHERE x IS NOT NULL AND y IS NOT NULL GROUP BY 1, 2),
     xs AS (SELECT x, sum(n) AS n, row_number() OVER (ORDER BY sum(n) DESC, x) AS place FROM pairs GROUP BY 1 QUALIFY place <= ${MOST_LABELS}),
     ys AS (SELECT y, sum(n) AS n, row_number() OVER (ORDER BY sum(n) DESC, y) AS place FROM pairs GROUP BY 1 QUALIFY place <= ${MOST_LABELS})
     SELECT xs.x, xs.place, ys.y, ys.place, coalesce(pairs.n, 0), (SELECT sum(n) FROM pairs)
     FROM xs CROSS JOIN ys LEFT JOIN pairs ON pairs.x = xs.x AND pairs.y = ys.y`,
  );
  const xLabels: string[] = [];
  const yLabels: string[] = [];
  for (const [labelX, placeX, labelY, placeY] of found) {
    xLabels[Number(placeX) - 1] = String(labelX);
    yLabels[Number(placeY) - 1] = String(labelY);
  }
  const counts = yLabels.map(() => new Array<number>(xLabels.length).fill(0));
  for (const [, placeX, , placeY, n] of found) {
    const line = counts[Number(placeY) - 1];
    if (line !== undefined) line[Number(placeX) - 1] = Number(n);
  }
  return { rows: Number(found[0]?.[5] ?? 0), table: { xLabels, yLabels, counts } };
}
