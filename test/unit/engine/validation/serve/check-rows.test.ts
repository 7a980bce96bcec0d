import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellOf } from '../../../../../engine/data/index.ts';
import { type DuckDb, openDuckDb } from '../../../../../engine/duckdb/index.ts';
import { schemaIn } from '../../../../../engine/validation/environments.ts';
import { nameRules } from '../../../../../engine/validation/name-rules.ts';
import { checkRows } from '../../../../../engine/validation/serve/check-rows.ts';
import { compileChecks } from '../../../../../engine/validation/serve/compile-checks.ts';
import {
  type Cell,
  DataSchema,
  type DataSchemaInput,
  type EndpointPredictRequest,
} from '../../../../../local-api/contract/index.ts';
import { checkTable, type Table, writeTable } from '../../../../kit/data/check-table.ts';
import { testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
let db: DuckDb;
let table: Table;
let rows: Record<string, Cell>[];

beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 });
  table = await writeTable(
    db,
    folder.path,
    `SELECT (i - 20)::BIGINT AS n, CASE WHEN i % 11 = 5 THEN NULL ELSE (i * 0.75 - 12)::DOUBLE END AS x,
      CASE WHEN i % 9 = 2 THEN NULL ELSE ['ab', 'Abc', 'zé', 'x-1', 'long text 😀'][1 + i % 5] END AS word,
      CASE WHEN i % 6 = 4 THEN NULL ELSE i % 2 = 0 END AS flag, TIMESTAMP '2020-01-01' + INTERVAL (i * 7) HOUR AS moment,
      DATE '2019-12-20' + i::INTEGER AS day
     FROM range(60) r(i)`,
  );
  const read = await db.rows(`SELECT * FROM read_parquet('${table.files[0]}')`);
  rows = read.map((row) =>
    Object.fromEntries(table.columns.map(({ name }, index) => [name, cellOf(row[index] ?? null)])),
  );
});
afterAll(() => {
  db.close();
  folder.remove();
});

async function check(
  schema: DataSchemaInput,
  request: EndpointPredictRequest,
  { target = 'target', inputs = table.columns } = {},
) {
  const compiled = await compileChecks(db, DataSchema.parse({ extraColumns: 'allow', ...schema }), {
    inputs: inputs.map(({ name, type }) => ({ name, type, nullable: true, examples: [] })),
    target,
  });
  const { broken, counts, faults } = await checkRows(compiled, request);
  const told = broken.map(({ rule, ...rest }) => ({ ...rest, rule: compiled.rules[rule]?.ruleId }));
  return { told, counts: [...counts], faults, ...compiled };
}

const conditions = [
  ...[
    'x > n',
    'x + n * 2 <= 10 - -3',
    'x / n > 0.5',
    'n % 7 = -2',
    'abs(n) >= 5 AND round(x) <> 3',
    'x = NULL',
  ],
  ...[
    "word IN ('ab', 'Abc')",
    'n NOT IN (1, 2, NULL)',
    "word LIKE '%b_'",
    "word NOT LIKE 'a%' OR flag",
    "word ILIKE 'A%'",
  ],
  ...[
    "moment < '2020-01-05'",
    "moment >= TIMESTAMP '2020-01-03 07:00:00'",
    "day BETWEEN '2020-01-01' AND DATE '2020-01-20'",
  ],
  ...[
    'flag',
    'NOT flag',
    'flag IS NULL OR n > 0',
    'flag IS DISTINCT FROM true',
    'flag = (x > 0)',
    'day = moment',
  ],
  ...[
    'CASE WHEN x > 0 THEN length(word) ELSE 3 END = 3',
    "lower(word) || '!' = 'abc!'",
    "regexp_matches(word, '^[a-z]+$')",
  ],
  ...[
    'coalesce(x, n) > 0',
    '"N" > 0 AND starts_with(word, \'x\')',
    'floor(x) = ceil(x) OR x NOT BETWEEN -5 AND 5',
    "n > '3'",
  ],
];

describe('rows of requests', () => {
  it.each(conditions)('keep or break "%s" as the rows of a table do', async (sql) => {
    const { told, leftOut } = await check({ rows: [{ kind: 'condition', sql }] }, { rows });
    expect(leftOut).toEqual([]);
    const checked = await checkTable(db, table, { rows: [{ kind: 'condition', sql }] });
    expect(told.map(({ row }) => row)).toEqual(checked.results[0]?.rows.map(({ row }) => Number(row) - 1));
  });

  it('keep or break rules of columns as the rows of a table do', async () => {
    const schema: DataSchemaInput = {
      columns: [
        {
          name: 'n',
          type: 'integer',
          rules: [
            { kind: 'range', min: -15, max: 30 },
            { kind: 'set', values: [1, 2, 3, 'a'] },
          ],
        },
        {
          name: 'x',
          type: 'float',
          rules: [{ kind: 'missing' }, { kind: 'range', max: 20, where: 'n > 0' }],
        },
        {
          name: 'word',
          type: 'string',
          rules: [
            ...[
              { kind: 'pattern' as const, pattern: '^[[:alpha:]]+$' },
              { kind: 'length' as const, min: 3, max: 11 },
            ],
            ...[
              { kind: 'set' as const, values: ['ab', 'zé'] },
              { kind: 'missing' as const, where: "flag AND moment > '2020-01-04'" },
            ],
          ],
        },
        {
          name: 'moment',
          type: 'datetime',
          rules: [{ kind: 'range', min: '2020-01-02', max: '2020-01-15T12:00:00' }],
        },
        { name: 'day', type: 'date', rules: [{ kind: 'set', values: ['2020-01-01', '2020-01-02'] }] },
        { name: 'flag', type: 'boolean', rules: [{ kind: 'set', values: [true] }] },
      ],
    };
    const { told, rules } = await check(schema, { rows });
    const { results } = await checkTable(db, table, schema);
    for (const { ruleId, kind } of rules) {
      const wanted = results.find((result) => result.ruleId === ruleId);
      const broken = told.filter(({ rule }) => rule === ruleId);
      expect({ ruleId, rows: broken.map(({ row }) => Number(row) + 1) }).toEqual({
        ruleId,
        rows: wanted?.rows.map(({ row }) => row),
      });
      if (kind !== 'column') expect(broken.length).toBeGreaterThan(0);
    }
  });

  it('are the same by column as by row', async () => {
    const schema: DataSchemaInput = {
      columns: [{ name: 'n', rules: [{ kind: 'range', min: 0 }] }],
      rows: [{ kind: 'condition', sql: 'x > n' }],
    };
    const columns = Object.fromEntries(
      table.columns.map(({ name }) => [name, rows.map((row) => row[name] ?? null)]),
    );
    const byRow = await check(schema, { rows });
    expect((await check(schema, { columns })).told).toEqual(byRow.told);
    expect(byRow.told.length).toBeGreaterThan(10);
  });
});

describe('a request', () => {
  it('lacks a column only when the model reads it, and never what the model predicts', async () => {
    const columns = ['n', 'note', 'target'].map((name) => ({ name }));
    const inputs = [{ name: 'n', type: 'integer' as const, nullable: true }];
    const { told } = await check({ columns }, { rows: [{ other: 1 }] }, { inputs });
    expect(told).toEqual([{ rule: 'n.column', row: null, column: 'n', cell: null }]);
  });

  it('has cells of another type, and no other rule is held against them', async () => {
    const schema: DataSchemaInput = {
      columns: [
        { name: 'n', type: 'integer', rules: [{ kind: 'range', max: 5 }, { kind: 'missing' }] },
        { name: 'moment', type: 'datetime' },
      ],
    };
    const { told } = await check(schema, {
      rows: [{ n: 1.5, moment: 'soon' }, { n: '9007199254740993', moment: 0 }, { n: null }],
    });
    expect(told).toEqual([
      { rule: 'n.column', row: 0, column: 'n', cell: 1.5 },
      { rule: 'moment.column', row: 0, column: 'moment', cell: 'soon' },
      { rule: 'n.range', row: 1, column: 'n', cell: '9007199254740993' },
      { rule: 'n.missing', row: 2, column: 'n', cell: null },
    ]);
  });

  it('is told of columns that nobody knows', async () => {
    const { told } = await check({ extraColumns: 'error' }, { rows: [{ n: 1 }, { n: 1, mystery: 2 }] });
    expect(told).toEqual([{ rule: 'extra-columns', row: null, column: 'mystery', cell: null }]);
  });

  it('cannot be refused for a warning or a share of the rows, and what needs many rows is named', async () => {
    const { rules, leftOut } = await check(
      {
        columns: [
          {
            name: 'n',
            rules: [
              ...[
                { kind: 'range' as const, max: 5, mostly: 0.9 },
                { kind: 'missing' as const, maxShare: 0.1 },
              ],
              ...[{ kind: 'unique' as const }, { kind: 'range' as const, max: 9, severity: 'warn' as const }],
            ],
          },
          { name: 'word', rules: [{ kind: 'pattern', pattern: '\\bab\\b' }] },
        ],
        rows: [
          { kind: 'row-count', min: 1 },
          { kind: 'condition', sql: "strftime(day, '%Y') = '2020'" },
          { kind: 'query', sql: 'SELECT * FROM data WHERE n < 0' },
        ],
      },
      { rows: [] },
    );
    expect(rules.filter(({ kind }) => kind !== 'column').map(({ refuses }) => refuses)).toEqual([
      false,
      false,
      false,
    ]);
    expect(leftOut.map(({ ruleId, reason }) => `${ruleId}: ${reason}`)).toEqual([
      'n.unique: it is about many rows',
      'word.pattern: \\b is not read here',
      'row-count: it is about many rows',
      'condition: strftime() is not worked out here',
      'query: it is a query over the whole table',
    ]);
  });

  it('that breaks a rule in every row is told of its first thousand, and all are counted', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ n: index }));
    const { told, counts, faults } = await check(
      {
        columns: [
          {
            name: 'n',
            rules: [
              { kind: 'range', max: -1, severity: 'warn' },
              { kind: 'set', values: [2999] },
            ],
          },
        ],
      },
      { rows: many },
    );
    expect([counts, faults, told.length]).toEqual([[0, 3000, 2999], 2999, 2000]);
  });
});

describe('an environment', () => {
  const schema = nameRules(
    DataSchema.parse({
      columns: [
        { name: 'a', rules: [{ kind: 'missing' }, { kind: 'range', max: 5, environments: ['serving'] }] },
        { name: 'b', environments: ['training', 'audit'] },
        { name: 'y' },
      ],
      rows: [{ kind: 'row-count', min: 100, environments: ['training'] }],
    }),
  );
  const shortly = ({ columns, rows: table }: DataSchema) => [
    columns.map(({ name, required, rules }) => `${name}${required ? '!' : ''} ${rules.length}`).join(', '),
    table.length,
  ];

  it('has its own rules and columns, and serving lacks what models predict', () => {
    expect(shortly(schemaIn('training', schema, ['y']))).toEqual(['a! 1, b! 0, y! 0', 1]);
    expect(shortly(schemaIn('serving', schema, ['y']))).toEqual(['a! 2, b 0, y 0', 0]);
    expect(shortly(schemaIn('audit', schema, ['y']))).toEqual(['a! 1, b! 0, y! 0', 0]);
  });

  it('asks for what is predicted where the schema says so', () => {
    const said = DataSchema.parse({ columns: [{ name: 'y', environments: ['serving'] }] });
    expect(shortly(schemaIn('serving', said, ['y']))).toEqual(['y! 0', 0]);
  });
});
