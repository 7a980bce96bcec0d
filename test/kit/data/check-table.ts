import { join } from 'node:path';
import type { DuckDb } from '../../../engine/duckdb/index.ts';
import type { CheckInput } from '../../../engine/validation/check/check-input.ts';
import { type CheckOutcome, runCheck } from '../../../engine/validation/check/run-check.ts';
import { nameRules } from '../../../engine/validation/name-rules.ts';
import { type Column, DataSchema, type DataSchemaInput } from '../../../local-api/contract/index.ts';

export type Table = Pick<CheckInput, 'files' | 'columns' | 'rows'>;

const types: Record<string, Column['type']> = {
  BIGINT: 'integer',
  DOUBLE: 'float',
  BOOLEAN: 'boolean',
  VARCHAR: 'string',
  TIMESTAMP: 'datetime',
  DATE: 'date',
};

let tables = 0;

/** Writes the answer of a query as the snapshot of a version: one Parquet file for each so many rows. */
export async function writeTable(
  db: DuckDb,
  folder: string,
  select: string,
  filesOf?: number,
): Promise<Table> {
  const name = `table_${tables++}`;
  await db.run(`CREATE TABLE ${name} AS ${select}`);
  const [count] = await db.rows(`SELECT count(*) FROM ${name}`);
  const rows = Number(count?.[0]);
  const files: string[] = [];
  for (let first = 0; first === 0 || first < rows; first += filesOf ?? Number.POSITIVE_INFINITY) {
    const path = join(folder, `${name}-${files.length}.parquet`);
    await db.run(
      `COPY (SELECT * FROM ${name} ${filesOf === undefined ? '' : `LIMIT ${filesOf} OFFSET ${first}`}) TO '${path}' (FORMAT parquet)`,
    );
    files.push(path);
  }
  const columns = (await db.describe(`SELECT * FROM ${name}`)).map(({ name: column, type }) => ({
    name: column,
    type: types[type] ?? 'string',
    nullable: true,
  }));
  return { files, columns, rows };
}

/** Checks a table by a schema. */
export function checkTable(
  db: DuckDb,
  table: Table,
  schema: DataSchemaInput,
  more: Partial<CheckInput> = {},
): Promise<CheckOutcome> {
  const named = nameRules(DataSchema.parse({ extraColumns: 'allow', ...schema }));
  return runCheck(db, { ...table, schema: named, atMs: 0, previous: null, others: {}, ...more });
}
