import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkQueryOver } from '../../../../engine/data/query.ts';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import { AssayError } from '../../../../engine/errors.ts';

let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [tmpdir()], memoryMb: 256, threads: 1 });
});
afterAll(() => db.close());

const tables = { data: '(SELECT 1 AS a, 2 AS "two\nlines")' };

// The caret stands before what is wrong.
test.each([
  ['a word that cannot stand there', 'SELECT a +\n  ‸FROM data'],
  ['the end', 'SELECT a FROM data GROUP‸'],
  ['a column that is not there', "\n\n  SELECT a,\n    'é€𝄞' || ‸nope\n  FROM data;  "],
  ['a column in a long line', `SELECT ${'a + '.repeat(60)}‸nope ${'+ a'.repeat(60)} FROM data`],
  ['a table that is not there', "SELECT 'é' FROM ‸dat"],
  ['a function that is not there', 'SELECT\n‸nope(a) FROM data'],
  ['a function that is not allowed', 'SELECT a,\n ‸random() FROM data'],
  ['a file', "SELECT * FROM ‸read_csv('x')"],
])('the place of a fault in a query is told: %s', async (_, marked) => {
  const offset = marked.indexOf('‸');
  const query = marked.replace('‸', '');
  const before = marked.slice(0, offset).split('\n');
  const thrown = await checkQueryOver(db, query, { tables, path: '/sql', wide: 'text' }).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AssayError);
  expect(thrown).toMatchObject({
    problems: [
      { path: '/sql', at: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, offset } },
    ],
  });
});
