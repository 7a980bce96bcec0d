import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellOf } from '../../../../engine/data/index.ts';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import { ANSWER, planTransform } from '../../../../engine/transforms/plan-transform.ts';
import {
  type Column,
  TransformDefinition,
  type TransformStepInput,
} from '../../../../local-api/contract/index.ts';

let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [tmpdir()], memoryMb: 256, threads: 1 });
});
afterAll(() => db.close());

const columns = (types: Record<string, Column['type']>): Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }));

const inputs = new Map([
  [
    'sales',
    {
      columns: columns({ id: 'integer', shop: 'string', amount: 'float', day: 'date' }),
      from: `(SELECT CAST(id AS BIGINT) AS id, shop, CAST(amount AS DOUBLE) AS amount, CAST(day AS DATE) AS day FROM (VALUES
        (1, 'B', 10, '2024-01-03'), (2, 'A', 5, '2024-01-01'), (3, 'B', NULL, '2024-01-02'),
        (4, 'C', 1, '2024-01-05'), (5, 'A', 5, '2024-01-04'), (5, 'A', 5, '2024-01-04')) t(id, shop, amount, day))`,
    },
  ],
  [
    'shops',
    {
      columns: columns({ shop: 'string', city: 'string', id: 'integer' }),
      from: `(SELECT shop, city, CAST(id AS BIGINT) AS id FROM (VALUES ('A', 'Rome', 100), ('B', 'Oslo', 200), ('D', 'Bern', 400)) t(shop, city, id))`,
    },
  ],
  [
    'many',
    {
      columns: columns({ n: 'integer', group: 'string' }),
      from: `(SELECT range AS n, chr(CAST(65 + range % 26 AS INTEGER)) AS "group" FROM range(20000))`,
    },
  ],
]);

const given = { sales: { dataset: 'sales' }, shops: { dataset: 'shops' }, many: { dataset: 'many' } };

async function plan(steps: TransformStepInput[], from: keyof typeof given = 'sales') {
  const order = [from, ...(['sales', 'shops', 'many'] as const).filter((alias) => alias !== from)];
  const definition = TransformDefinition.parse({
    inputs: Object.fromEntries(order.map((alias) => [alias, given[alias]])),
    steps,
    output: 'out',
  });
  return planTransform(db, definition, new Map(order.map((alias) => [alias, inputs.get(alias) ?? never()])));
}

const never = (): never => {
  throw new Error('no such input');
};

async function rowsOf(steps: TransformStepInput[], from?: keyof typeof given) {
  const made = await plan(steps, from);
  expect(made.problems).toEqual([]);
  const parts = await Promise.all(
    made.outputs.map(async ({ part, select }) => {
      const rows = await db.rows(`WITH ${ANSWER} AS (${made.select}) ${select}`);
      return [part, rows.map((row) => row.map(cellOf))] as const;
    }),
  );
  return Object.fromEntries(parts);
}
const rows = async (steps: TransformStepInput[], from?: keyof typeof given) =>
  (await rowsOf(steps, from))[''];

describe('steps', () => {
  test('filter, derive, rename, select and drop give the rows in their order', async () => {
    const kept = await rows([
      { step: 'filter', where: "shop <> 'C' AND amount IS NOT NULL" },
      { step: 'derive', column: 'double', expression: 'amount * 2' },
      { step: 'derive', column: 'ID', expression: 'id + 0.5' },
      { step: 'rename', columns: { shop: 'where' } },
      { step: 'drop', columns: ['day'] },
      { step: 'select', columns: ['where', 'double', 'id'] },
    ]);
    expect(kept).toEqual([
      ['B', 20, 1.5],
      ['A', 10, 2.5],
      ['A', 10, 5.5],
      ['A', 10, 5.5],
    ]);
  });

  test('fill puts a value, the mean, the most frequent or the previous one where there is none', async () => {
    const amounts = async (filling: Extract<TransformStepInput, { step: 'fill' }>['with']) =>
      (
        await rows([
          { step: 'fill', columns: ['amount'], with: filling },
          { step: 'select', columns: ['amount'] },
        ])
      )?.[2];
    expect(await amounts({ kind: 'value', value: -1 })).toEqual([-1]);
    expect(await amounts({ kind: 'mean' })).toEqual([5.2]);
    expect(await amounts({ kind: 'median' })).toEqual([5]);
    expect(await amounts({ kind: 'mode' })).toEqual([5]);
    expect(await amounts({ kind: 'previous' })).toEqual([5]);
  });

  test('joins keep the order of the left side and tell apart what is called the same', async () => {
    const join = (kind: 'inner' | 'left' | 'full' | 'semi' | 'anti') =>
      rows([
        { step: 'distinct' },
        { step: 'drop', columns: ['amount', 'day'] },
        { step: 'join', with: 'shops', on: ['shop'], kind },
      ]);
    expect(await join('inner')).toEqual([
      [1, 'B', 'Oslo', 200],
      [2, 'A', 'Rome', 100],
      [3, 'B', 'Oslo', 200],
      [5, 'A', 'Rome', 100],
    ]);
    expect((await join('left'))?.[3]).toEqual([4, 'C', null, null]);
    expect((await join('full'))?.at(-1)).toEqual([null, 'D', 'Bern', 400]);
    expect((await join('semi'))?.map(([id]) => id)).toEqual([1, 2, 3, 5]);
    expect(await join('anti')).toEqual([[4, 'C']]);
    const { columns: named } = await plan([
      { step: 'join', with: 'shops', on: [{ left: 'shop', right: 'shop' }] },
    ]);
    expect(named.map(({ name }) => name)).toEqual(['id', 'shop', 'amount', 'day', 'city', 'id_shops']);
  });

  test('aggregate gives a row for each group, sorted, whole sums as integers', async () => {
    const made = await plan([
      {
        step: 'aggregate',
        by: ['shop'],
        measures: [
          { name: 'n', function: 'count' },
          { name: 'ids', function: 'sum', column: 'id' },
          { name: 'days', function: 'distinct', column: 'day' },
          { name: 'mean', function: 'mean', column: 'amount' },
          { name: 'first', function: 'first', column: 'day' },
        ],
      },
    ]);
    expect(made.columns.map(({ type }) => type)).toEqual([
      'string',
      'integer',
      'integer',
      'integer',
      'float',
      'date',
    ]);
    const answer = await db.rows(made.select ?? '');
    expect(answer.map((row) => row.map(cellOf))).toEqual([
      ['A', 3, 12, 2, 5, '2024-01-01'],
      ['B', 2, 4, 2, 10, '2024-01-03'],
      ['C', 1, 4, 1, 1, '2024-01-05'],
    ]);
  });

  test('sort is stable, with what is missing at the end; distinct keeps the first', async () => {
    const sorted = await rows([
      { step: 'sort', by: [{ column: 'amount', descending: true }] },
      { step: 'select', columns: ['id', 'amount'] },
    ]);
    expect(sorted?.map(([id]) => id)).toEqual([1, 2, 5, 5, 4, 3]);
    expect(
      await rows([
        { step: 'distinct', columns: ['shop'] },
        { step: 'select', columns: ['id'] },
      ]),
    ).toEqual([[1], [2], [4]]);
    expect(
      await rows([{ step: 'distinct' }, { step: 'aggregate', measures: [{ name: 'n', function: 'count' }] }]),
    ).toEqual([[5]]);
  });
});

describe('samples and splits', () => {
  test('a sample is the same for the same seed, another for another, and spread evenly', async () => {
    const sample = async (seed: number) =>
      (
        await rows(
          [
            { step: 'sample', fraction: 0.1, seed },
            { step: 'select', columns: ['n'] },
          ],
          'many',
        )
      )?.map(([n]) => Number(n)) ?? [];
    const [one, again, other] = [await sample(1), await sample(1), await sample(2)];
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    // A binomial of 20,000 draws: 2,000 with a standard deviation of 42.
    expect(Math.abs(one.length - 2000)).toBeLessThan(5 * 42);
    expect(one).toEqual([...one].sort((a, b) => a - b));
    // Neither the halves of the rows nor even and odd ones are preferred.
    for (const part of [one.filter((n) => n < 10_000), one.filter((n) => n % 2 === 0)])
      expect(Math.abs(part.length - one.length / 2)).toBeLessThan(150);
    // Two seeds share a tenth of a tenth.
    const shared = other.filter((n) => one.includes(n)).length;
    expect(Math.abs(shared - 200)).toBeLessThan(100);
    expect(await rows([{ step: 'sample', rows: 7 }], 'many')).toHaveLength(7);
  });

  test('a split by fraction puts every row into one part, and rows that belong together into the same', async () => {
    const parts = [
      { name: 'train', fraction: 0.7 },
      { name: 'test', fraction: 0.3 },
    ];
    const { train = [], test: rest = [] } = await rowsOf(
      [{ step: 'split', by: { kind: 'fraction', parts, seed: 4 } }],
      'many',
    );
    expect(train.length + rest.length).toBe(20_000);
    expect(Math.abs(train.length - 14_000)).toBeLessThan(5 * 65);
    const grouped = await rowsOf(
      [{ step: 'split', by: { kind: 'fraction', parts, together: ['group'] } }],
      'many',
    );
    const groups = (part: string) => new Set(grouped[part]?.map(([, group]) => group));
    expect([...groups('train')].filter((group) => groups('test').has(group))).toEqual([]);
    expect(groups('train').size + groups('test').size).toBe(26);
  });

  test('a split by values or by time says where each row goes', async () => {
    const ids = (part: unknown[][] | undefined) => part?.map(([id]) => id);
    const byValue = await rowsOf([
      {
        step: 'split',
        by: { kind: 'column', column: 'shop', parts: [{ name: 'a', values: ['A'] }], rest: 'others' },
      },
    ]);
    expect([ids(byValue.a), ids(byValue.others)]).toEqual([
      [2, 5, 5],
      [1, 3, 4],
    ]);
    const byTime = await rowsOf([
      {
        step: 'split',
        by: { kind: 'time', column: 'day', parts: [{ name: 'past', before: '2024-01-03' }], rest: 'now' },
      },
    ]);
    expect([ids(byTime.past), ids(byTime.now)]).toEqual([
      [2, 3],
      [1, 4, 5, 5],
    ]);
    expect(
      (
        await plan([
          {
            step: 'split',
            by: { kind: 'time', column: 'day', parts: [{ name: 'past', before: '2024-01-03' }], rest: 'now' },
          },
        ])
      ).outputs.map(({ dataset }) => dataset),
    ).toEqual(['out-past', 'out-now']);
  });
});

describe('faults', () => {
  test('all of them are told at once, each with its step and what may have been meant', async () => {
    const { problems, sql } = await plan([
      { step: 'filter', where: 'amont > 3' },
      { step: 'derive', column: 'x', expression: 'now()' },
      { step: 'filter', where: 'x > 3' },
      { step: 'filter', where: 'amount' },
      { step: 'sort', by: [{ column: 'Day' }, { column: 'dya' }] },
      { step: 'aggregate', measures: [{ name: 'mean', function: 'mean', column: 'shop' }] },
      { step: 'sample' },
    ]);
    expect(sql).toBeNull();
    expect(problems.map(({ path, expected }) => [path, expected])).toEqual([
      ['/steps/0/where', 'did you mean amount?'],
      ['/steps/1/expression', undefined],
      ['/steps/3/where', 'a condition: true or false'],
      ['/steps/4/by/1/column', 'did you mean day?'],
      ['/steps/5/measures/0/column', 'count, distinct, min, max, first or last'],
      ['/steps/6', 'rows or fraction'],
    ]);
  });

  test('a join, a fill, a split that cannot be are refused', async () => {
    const told = async (steps: TransformStepInput[]) => (await plan(steps)).problems.map(({ path }) => path);
    expect(await told([{ step: 'join', with: 'shop', on: ['shop'] }])).toEqual(['/steps/0/with']);
    expect(await told([{ step: 'join', with: 'shops', on: [{ left: 'shop', right: 'id' }] }])).toEqual([
      '/steps/0/on/0',
    ]);
    expect(await told([{ step: 'fill', columns: ['day'], with: { kind: 'value', value: 'soon' } }])).toEqual([
      '/steps/0/with/value',
    ]);
    const parts = [
      { name: 'a', fraction: 0.5 },
      { name: 'a', fraction: 0.4 },
    ];
    expect(await told([{ step: 'split', by: { kind: 'fraction', parts } }, { step: 'distinct' }])).toEqual([
      '/steps/0',
      '/steps/0/by/parts',
      '/steps/0/by/parts',
    ]);
    expect(await told([{ step: 'drop', columns: ['id', 'shop', 'amount', 'day'] }])).toEqual([
      '/steps/0/columns',
    ]);
  });

  test('SQL may read the inputs alone, and has to give the same answer each time', async () => {
    const ask = async (sql: string) => {
      const definition = TransformDefinition.parse({ inputs: given, sql, output: 'out' });
      return planTransform(db, definition, inputs);
    };
    const good = await ask(
      'SELECT shop, sum(sales.id) AS ids FROM sales JOIN shops USING (shop) GROUP BY shop ORDER BY shop;',
    );
    expect(good.problems).toEqual([]);
    expect(good.columns.map(({ type }) => type)).toEqual(['string', 'integer']);
    for (const sql of [
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      'SELECT random() FROM sales',
      'DROP TABLE sales',
      'SELECT 1; SELECT 2',
      'SELECT * FROM duckdb_settings()',
      'SELECT nothing FROM sales',
    ])
      expect((await ask(sql)).problems, sql).toMatchObject([{ path: '/sql' }]);
  });
});
