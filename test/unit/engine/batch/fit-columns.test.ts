import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitColumns } from '../../../../engine/batch/fit-columns.ts';
import { type DuckDb, openDuckDb, quoteIdentifier } from '../../../../engine/duckdb/index.ts';
import type { ColumnType, Signature } from '../../../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];

let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [], memoryMb: 256 });
});
afterAll(() => db.close());

/** What an input makes of one value of a column: what goes into the tensor, or why the row is rejected. */
async function read(sql: string, type: ColumnType, wanted: Input['type'], nullable = true): Promise<unknown> {
  const input = { name: 'x', type: wanted, nullable, examples: [] };
  const { inputs, problems } = fitColumns({ inputs: [input] }, [{ name: 'x', type }], { fillMissing: false });
  const [fitted] = inputs;
  if (fitted === undefined) return problems[0]?.message;
  const [row] = await db.rows(
    `SELECT ${fitted.sql}, ${fitted.reason ?? 'NULL'} FROM (SELECT ${sql} AS ${quoteIdentifier('x')})`,
  );
  return row?.[1] ?? row?.[0];
}

describe('a value on its way into a model', () => {
  it('is a whole number only when nothing is lost', async () => {
    expect(await read('3::BIGINT', 'integer', 'integer', false)).toBe(3n);
    expect(await read('3::DOUBLE', 'float', 'integer', false)).toBe(3n);
    expect(await read("' 42 '", 'string', 'integer', false)).toBe(42n);
    expect(await read('3.5::DOUBLE', 'float', 'integer')).toBe('x: not a whole number');
    expect(await read("'3.5'", 'string', 'integer')).toBe('x: not a whole number');
    expect(await read("'far'", 'string', 'integer')).toBe('x: not a whole number');
    expect(await read('1e300::DOUBLE', 'float', 'integer')).toBe('x: not a whole number');
  });

  it('counts as missing when it is NULL, NaN or an empty text', async () => {
    expect(await read('NULL::BIGINT', 'integer', 'integer')).toBeNaN();
    expect(await read("'nan'::DOUBLE", 'float', 'float')).toBeNaN();
    expect(await read("' '", 'string', 'float')).toBeNaN();
    expect(await read("''", 'string', 'string')).toBe('');
    expect(await read('NULL::BIGINT', 'integer', 'integer', false)).toBe('x: missing');
    expect(await read("''", 'string', 'string', false)).toBe('x: missing');
    expect(await read("'inf'::DOUBLE", 'float', 'float')).toBe('x: not a number');
  });

  it('is true or false as words and as 1 and 0, and nothing else', async () => {
    expect(await read('true', 'boolean', 'boolean', false)).toBe(1);
    expect(await read("'false'", 'string', 'boolean', false)).toBe(0);
    expect(await read('1::BIGINT', 'integer', 'boolean')).toBe(1);
    expect(await read('2::BIGINT', 'integer', 'boolean')).toBe('x: not true or false');
  });

  it('is a moment in milliseconds since the epoch, UTC without a zone', async () => {
    expect(await read("TIMESTAMP '1970-01-01 00:00:01'", 'datetime', 'datetime')).toBe(1000n);
    expect(await read("DATE '1970-01-02'", 'date', 'datetime')).toBe(86_400_000n);
    expect(await read("'1970-01-01T02:00:00+02:00'", 'string', 'date')).toBe(0n);
    expect(await read('5::BIGINT', 'integer', 'datetime')).toBe(5n);
    expect(await read('NULL::TIMESTAMP', 'datetime', 'datetime')).toBe(-(2n ** 63n));
    expect(await read("'soon'", 'string', 'datetime')).toContain('x: not an ISO 8601 date');
  });

  it('is text where the model takes text, and refused as a whole where types have nothing in common', async () => {
    expect(await read('7::BIGINT', 'integer', 'string')).toBe('7');
    expect(await read('true', 'boolean', 'string')).toBe('true');
    expect(await read("DATE '2001-01-01'", 'date', 'float')).toBe('the column "x" holds date values');
    expect(await read('true', 'boolean', 'integer')).toBe('the column "x" holds boolean values');
  });
});
