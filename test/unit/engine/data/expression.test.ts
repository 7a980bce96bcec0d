import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSyntax, expressionType } from '../../../../engine/data/expression.ts';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';

const columns = ['delay', 'date', 'origin', 'odd name'];
const from = `(SELECT 1 AS delay, TIMESTAMP '2001-01-01' AS date, 'ORD' AS origin, true AS "odd name")`;
let db: DuckDb;

beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [], memoryMb: 128 });
});
afterAll(() => db.close());

describe('checkSyntax', () => {
  it.each([
    'delay > 15',
    "date < '2001-03-01'",
    "delay BETWEEN 1 AND 2 AND origin IN ('ORD', 'LAX') -- only these",
    '"odd name" OR NOT DELAY IS NULL',
    'CASE WHEN delay > 0 THEN 1 ELSE 0 END = 1',
    "hour(date) + dayofweek(date) * 24 > 3 AND origin LIKE 'O%'",
    'TRY_CAST(origin AS INTEGER) IS NULL',
    'coalesce(nullif(delay, 0), 1) > abs(-1)',
    "date >= TIMESTAMP '2001-01-01' + INTERVAL 1 DAY",
    '(delay > 1)\n/* a note */',
  ])('accepts %s', async (expression) => {
    await checkSyntax(db, expression, columns);
    expect(await expressionType(db, expression, from)).toBe('boolean');
  });

  it.each([
    ['a second statement', 'delay > 1; DROP TABLE x'],
    ['a second statement behind a parenthesis', 'delay > 1); DROP TABLE x; SELECT (1'],
    ['parentheses of the text around it', 'delay > 1) OR (true'],
    ['brackets of the text around it', 'delay > 1] OR [true'],
    ['a comment over the text after it', 'delay > 1) -- '],
    ['the time since a moment', "age(date) > INTERVAL '1 day'"],
    ['a union', '1) UNION SELECT (1'],
    ['another table', '1) FROM secrets WHERE (true'],
    ['a subquery', 'delay > (SELECT max(delay) FROM other)'],
    ['a hidden subquery', "origin IN (SELECT content FROM read_text('/etc/passwd'))"],
    ['EXISTS', "EXISTS (FROM glob('/**'))"],
    ['a window function', 'sum(delay) OVER () > 1'],
    ['a star', '*'],
    ['columns by pattern', "COLUMNS('d.*') > 1"],
    ['a parameter', 'delay > $1'],
    ['a column by position', '#1 > 1'],
    ['a lambda', 'len(list_filter([1], x -> x > 0)) > 0'],
    ['an order', '1) ORDER BY (1'],
    ['a limit', '1) LIMIT (1'],
    ['two expressions', 'delay > 1), (true'],
    ['nothing', '   '],
    ['an open comment', 'delay > 1 /*'],
    ['a random number', 'random() > 0.5'],
    ['a fresh id', "CAST(uuid() AS VARCHAR) > 'a'"],
    ['the clock', 'now() > date'],
    ['the clock as a column', 'date < current_date'],
    ['a setting', "current_setting('memory_limit') = '1'"],
    ['a variable', "getvariable('x') = 1"],
    ['the environment', "getenv('HOME') = '/root'"],
    ['a sleep', 'sleep_ms(1000) IS NULL'],
    ['an unknown function', 'no_such_function(delay) > 1'],
    ['a table function', "read_csv('x') = 1"],
    ['an aggregate', 'max(delay) > 1'],
    ['another schema', 'main.delay > 1'],
  ])('refuses %s', async (_, expression) => {
    const { code } = await failureOf(checkSyntax(db, expression, columns));
    expect(code).toBe('datasets/bad-expression');
  });

  it('names every fault and where it is', async () => {
    const { problems } = await failureOf(checkSyntax(db, 'dely > 1 AND random() > orgin', columns));
    expect(problems).toEqual([
      { path: '0', message: 'There is no column "dely"', expected: 'delay, date, origin, odd name' },
      { path: '24', message: 'There is no column "orgin"', expected: 'delay, date, origin, odd name' },
      { path: '13', message: 'random() may give another answer each time, so it is not allowed' },
    ]);
  });

  it('says where the syntax breaks', async () => {
    const { problems } = await failureOf(checkSyntax(db, 'delay > ] 3', columns));
    expect(problems).toEqual([{ path: '8', message: 'syntax error at or near "]"' }]);
  });
});

describe('expressionType', () => {
  it.each([
    ['delay + 1', 'integer'],
    ['delay / 2', 'float'],
    ["origin || '!'", 'string'],
    ['CAST(date AS DATE)', 'date'],
    ['date', 'datetime'],
  ])('of %s is %s', async (expression, type) => {
    expect(await expressionType(db, expression, from)).toBe(type);
  });

  it('refuses types that do not fit together', async () => {
    const { code, message } = await failureOf(expressionType(db, 'origin + date', from));
    expect(code).toBe('datasets/bad-expression');
    expect(message).toContain('origin + date');
  });
});
