import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import { columnOrigins } from '../../../../engine/transforms/origins/column-origins.ts';
import { planTransform } from '../../../../engine/transforms/plan-transform.ts';
import { type Column, TransformDefinition } from '../../../../local-api/contract/index.ts';

let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [tmpdir()], memoryMb: 256, threads: 1 });
});
afterAll(() => db.close());

const snapshotTypes: Record<string, Column['type']> = { BIGINT: 'integer', DOUBLE: 'float', DATE: 'date' };

const inputs = new Map(
  Object.entries({
    sales: { id: 'BIGINT', shop: 'VARCHAR', amount: 'DOUBLE', day: 'DATE', note: 'VARCHAR' },
    shops: { shop: 'VARCHAR', city: 'VARCHAR', "it's": 'BIGINT' },
  }).map(([name, types]) => [
    name,
    {
      columns: Object.entries(types).map(
        ([column, type]): Column => ({ name: column, type: snapshotTypes[type] ?? 'string', nullable: true }),
      ),
      from: `(SELECT ${Object.entries(types)
        .map(([column, type]) => `CAST(NULL AS ${type}) AS "${column}"`)
        .join(', ')} WHERE false)`,
    },
  ]),
);

/** `column < table.column, =table.column (copied), Σtable.column (aggregated)`. */
async function origins(sql: string): Promise<string[]> {
  const definition = TransformDefinition.parse({
    inputs: { sales: { dataset: 'sales' }, shops: { dataset: 'shops' } },
    sql,
    output: 'out',
  });
  const { problems, columns } = await planTransform(db, definition, inputs);
  expect(problems).toEqual([]);
  const signs = { copied: '=', derived: '', aggregated: 'Σ' };
  return (await columnOrigins(db, sql, inputs, columns)).map(({ column, isTraced, from }) =>
    isTraced
      ? `${column} < ${from.map((one) => `${signs[one.how]}${one.input}.${one.column}`).join(' ')}`.trim()
      : `${column} ?`,
  );
}

describe('columns of a query are traced to the columns of its inputs', () => {
  test.each<[string, string, string[]]>([
    [
      'names, aliases and expressions',
      "SELECT id, shop AS s, s || '!' AS loud, amount / 2 AS half, 1 AS one, CAST(id AS VARCHAR) AS text FROM sales",
      [
        'id < =sales.id',
        's < =sales.shop',
        'loud < sales.shop',
        'half < sales.amount',
        'one <',
        'text < sales.id',
      ],
    ],
    [
      'stars that leave out, replace and rename',
      'SELECT s.* EXCLUDE (day, note) REPLACE (amount * 2 AS amount) RENAME (id AS number) FROM sales s',
      ['number < =sales.id', 'shop < =sales.shop', 'amount < sales.amount'],
    ],
    [
      'sums, counts and windows',
      `SELECT shop, sum(amount) FILTER (WHERE id > 1) AS total, count(*) AS n, round(avg(amount)) AS mean,
         row_number() OVER (PARTITION BY shop ORDER BY min(day)) AS place FROM sales GROUP BY shop`,
      [
        'shop < =sales.shop',
        'total < Σsales.amount Σsales.id',
        'n <',
        'mean < Σsales.amount',
        'place < Σsales.shop Σsales.day',
      ],
    ],
    [
      'joins by USING: the key is that of the left side, and of both where either may be missing',
      'SELECT * EXCLUDE (id, amount, day, note) FROM sales FULL JOIN shops USING (shop)',
      ['shop < sales.shop shops.shop', 'city < =shops.city', "it's < =shops.it's"],
    ],
    [
      'joins by ON, and quoted names',
      'SELECT a.shop, b."it\'s" + a.id AS x FROM sales AS a LEFT JOIN shops AS b ON a.shop = b.shop',
      ['shop < =sales.shop', "x < shops.it's sales.id"],
    ],
    [
      'WITH, one over another, with names of their own',
      'WITH a(x, y) AS (SELECT id, amount FROM sales), b AS (SELECT x, y * 2 AS z FROM a) SELECT z, x FROM b',
      ['z < sales.amount', 'x < =sales.id'],
    ],
    [
      'WITH RECURSIVE',
      `WITH RECURSIVE r AS (SELECT id, amount AS a FROM sales UNION ALL SELECT r.id + 1, r.id FROM r WHERE r.id < 3)
       SELECT id, a FROM r`,
      ['id < sales.id', 'a < =sales.amount sales.id'],
    ],
    [
      'queries in FROM and in expressions, also those that look outside',
      `SELECT q.shop, (SELECT max(city) FROM shops WHERE shops.shop = q.shop) AS city,
         q.id IN (SELECT "it's" FROM shops) AS known, EXISTS (SELECT 1 FROM shops) AS any_shop
       FROM (SELECT * FROM sales) q`,
      ['shop < =sales.shop', 'city < Σshops.city', "known < sales.id shops.it's", 'any_shop <'],
    ],
    [
      'unions by place and by name, and what is left after EXCEPT',
      `(SELECT shop, id FROM sales UNION ALL SELECT city, "it's" FROM shops) EXCEPT SELECT note, id FROM sales`,
      ['shop < =sales.shop =shops.city', "id < =sales.id =shops.it's"],
    ],
    [
      'unions by name',
      'SELECT shop, id FROM sales UNION ALL BY NAME SELECT city, shop FROM shops',
      ['shop < =sales.shop =shops.shop', 'id < =sales.id', 'city < =shops.city'],
    ],
    [
      'lists, lambdas and rows made beside a table',
      `SELECT e, list_transform([id], x -> x + amount) AS l, r.v FROM sales, unnest([note, shop]) AS u(e), (VALUES (1)) r(v)`,
      ['e < sales.note sales.shop', 'l < sales.id sales.amount', 'v <'],
    ],
    [
      'a query that looks to its left in FROM',
      'SELECT l.q FROM sales, LATERAL (SELECT sales.amount + 1 AS q) l',
      ['q < sales.amount'],
    ],
    [
      'two columns of one name',
      'SELECT a.id, b.id FROM sales a, sales b',
      ['id < =sales.id', 'id_1 < =sales.id'],
    ],
    ['what only the data can tell', "SELECT COLUMNS('i.*') FROM sales", ['id ?']],
  ])('%s', async (_, sql, expected) => {
    expect(await origins(sql)).toEqual(expected);
  });
});

test('columns of steps are traced through the SQL that they become', async () => {
  const definition = TransformDefinition.parse({
    inputs: { sales: { dataset: 'sales' }, shops: { dataset: 'shops' } },
    steps: [
      { step: 'filter', where: 'amount > 1' },
      { step: 'derive', column: 'month', expression: 'month(day)' },
      { step: 'rename', columns: { note: 'remark' } },
      { step: 'fill', columns: ['amount'], with: { kind: 'mean' } },
      { step: 'join', with: 'shops', on: ['shop'], kind: 'left' },
      { step: 'sort', by: [{ column: 'id' }] },
      { step: 'distinct', columns: ['id'] },
      { step: 'sample', fraction: 0.5 },
      {
        step: 'aggregate',
        by: ['city', 'month'],
        measures: [
          { name: 'n', function: 'count' },
          { name: 'mean', function: 'mean', column: 'amount' },
          { name: 'first', function: 'first', column: 'remark' },
        ],
      },
      {
        step: 'split',
        by: {
          kind: 'fraction',
          parts: [
            { name: 'a', fraction: 0.5 },
            { name: 'b', fraction: 0.5 },
          ],
          seed: 1,
        },
      },
    ],
    output: 'out',
  });
  const { problems, columns, sql } = await planTransform(db, definition, inputs);
  expect(problems).toEqual([]);
  const told = await columnOrigins(db, sql ?? '', inputs, columns);
  expect(
    told.map(({ column, isTraced, from }) => [
      column,
      isTraced,
      ...from.map((one) => `${one.how} ${one.column}`),
    ]),
  ).toEqual([
    ['city', true, 'copied city'],
    ['month', true, 'derived day'],
    ['n', true],
    ['mean', true, 'aggregated amount'],
    ['first', true, 'aggregated note'],
  ]);
});
