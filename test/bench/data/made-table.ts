/** A made-up table of 20 columns of every kind, the same each time, as Parquet or CSV. */
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../../engine/duckdb/index.ts';

const uniform = (seed: number) => `(hash(i * ${seed} + 7) % 1000003 / 1000003.0)`;
const normal = (seed: number) =>
  `(sqrt(-2 * ln(${uniform(seed)} + 1e-9)) * cos(2 * pi() * ${uniform(seed + 1)}))`;

/** `shift`: by how many deviations the first numbers lie higher, as in a newer version. */
function columns(shift: number): string {
  return `i AS id, ${normal(3)} + ${shift} AS n1, ${normal(5)} * 10 + 100 AS n2, exp(${normal(7)}) AS price, ${uniform(11)} AS u1,
    CASE WHEN ${uniform(13)} < 0.1 THEN NULL ELSE ${normal(15)} END AS gap1,
    CASE WHEN ${uniform(13)} < 0.12 THEN NULL ELSE ${normal(17)} END AS gap2,
    CAST(${uniform(19)} * 100 AS INTEGER) AS pct, CAST(${uniform(21)} * 5 AS INTEGER) AS stars, CAST(exp(${normal(23)}) * 1000 AS INTEGER) AS income,
    'c' || (hash(i * 31) % 5) AS cat5, 'city ' || (hash(i * 37) % 50) AS cat50, 'p' || (hash(i * 41) % 1000) AS cat1000,
    'user' || (hash(i * 43) % 100000) || '@example.org' AS email, 'note number ' || (hash(i * 47) % 10000000) || ' of it' AS note,
    CASE WHEN ${uniform(13)} < 0.05 THEN NULL ELSE ['yes', 'no'][1 + CAST(hash(i * 53) % 2 AS INTEGER)] END AS yn,
    TIMESTAMP '2020-01-01' + INTERVAL (i * 7) SECOND AS t, DATE '2020-01-01' + CAST(hash(i * 59) % 1000 AS INTEGER) AS d,
    hash(i * 61) % 3 = 0 AS flag, ${uniform(67)} * 180 - 90 AS lat`;
}

/** Twenty number columns for drift, x0 to x19; the second half shifted by `shift` deviations. */
function numbers(shift: number): string {
  return Array.from({ length: 20 }, (_, k) => `${normal(3 + 2 * k)} + ${k < 10 ? 0 : shift} AS x${k}`).join(
    ', ',
  );
}

export async function writeTable(
  file: string,
  what: { kind: 'mixed' | 'numbers'; rows: number; shift?: number; from?: number },
): Promise<void> {
  const { kind, rows, shift = 0, from = 0 } = what;
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1500MB' });
  const connection = await instance.connect();
  const format = file.endsWith('.csv')
    ? 'FORMAT csv'
    : 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880';
  const list = kind === 'mixed' ? columns(shift) : numbers(shift);
  await connection.run(
    `COPY (SELECT ${list} FROM range(${from}, ${from + rows}) r(i)) TO ${quoteText(file)} (${format})`,
  );
  connection.closeSync();
  instance.closeSync();
}
