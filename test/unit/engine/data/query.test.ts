import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkQuery } from '../../../../engine/data/query.ts';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import { failureOf, testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
const own = join(folder.path, 'own.parquet');
const other = join(folder.path, 'other.parquet');
let db: DuckDb;

beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [folder.path], memoryMb: 128 });
  for (const path of [own, other])
    await db.run(`COPY (SELECT 1 AS a, 2 AS "user", DATE '2001-01-01' AS day) TO '${path}' (FORMAT parquet)`);
});
afterAll(() => {
  db.close();
  folder.remove();
});

const check = (sql: string) => checkQuery(db, sql, `read_parquet('${own}')`);

describe('a query over a table', () => {
  it.each([
    'SELECT a, "user" FROM data WHERE a > 0 -- all',
    'FROM data',
    'WITH b AS (SELECT a FROM data), c AS (SELECT * FROM b) SELECT * FROM c JOIN b USING (a)',
    'WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r WHERE x < 5) SELECT * FROM r',
    'SELECT (WITH b AS (SELECT max(a) AS m FROM data) SELECT m FROM b) AS m',
    "SELECT age(day, DATE '2000-01-01') AS old FROM data",
    'SELECT * FROM data USING SAMPLE reservoir(1 ROWS) REPEATABLE (7)',
  ])('may be %s', async (sql) => {
    expect((await check(sql)).columns.length).toBeGreaterThan(0);
  });

  it.each([
    ['a second statement', `FROM data; COPY (SELECT 1) TO '${other}'`],
    ['a statement that writes', `COPY (FROM data) TO '${join(folder.path, 'new.csv')}'`],
    ['ATTACH', `ATTACH '${join(folder.path, 'new.db')}'`],
    ['INSTALL', 'INSTALL httpfs'],
    ['a setting', 'SET lock_configuration = false'],
    ['a file by its name', `SELECT * FROM '${other}'`],
    ['a file by a function', `SELECT * FROM read_parquet('${other}')`],
    ['a file in a subquery', `SELECT * FROM data WHERE a IN (SELECT a FROM read_csv('/etc/passwd'))`],
    ['a file in a scalar place', "SELECT read_text('/etc/passwd') FROM data"],
    [
      'a file with the name of a WITH elsewhere',
      `SELECT * FROM (WITH "${other}" AS (SELECT 1) SELECT 1) AS x, "${other}"`,
    ],
    ['a file with the name of its own WITH', `WITH "${other}" AS (FROM "${other}") FROM "${other}"`],
    ['the environment', "SELECT getenv('HOME') FROM data"],
    ['settings of the database', 'SELECT * FROM duckdb_settings()'],
    ['SQL in a text', `SELECT * FROM query('SELECT 1')`],
    ['chance', 'SELECT random() AS r FROM data'],
    ['a sample without a seed', 'SELECT * FROM data USING SAMPLE 3'],
    ['a table sample without a seed', 'SELECT * FROM data TABLESAMPLE 10%'],
    ['the moment', 'SELECT CURRENT_TIMESTAMP AS t FROM data'],
    ['the time since a moment', 'SELECT age(day) AS old FROM data'],
  ])('is refused with %s', async (_, sql) => {
    expect(await failureOf(check(sql))).toMatchObject({ code: 'datasets/bad-expression' });
  });
});
