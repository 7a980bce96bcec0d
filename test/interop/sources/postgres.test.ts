import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../kit/data/snapshots.ts';
import { findPostgres, type PostgresServer, startPostgres } from './postgres-server.ts';

const bin = findPostgres();
if (bin === null) console.log('Skipped: there is no PostgreSQL on this machine (initdb, psql).');

describe.skipIf(bin === null)('rows of a real PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? '');
    server.sql(`CREATE SCHEMA sales;
      CREATE TABLE sales.types (id bigint, price numeric(10,2), whole numeric(12,0), loose numeric, paid bool, day date,
        moment timestamp, zoned timestamptz, word text, js jsonb, list int[], key uuid, small real, bytes bytea);
      INSERT INTO sales.types VALUES
        (9007199254740993, 1.50, 42, 0.1, true, '2024-02-29', '2024-01-01 10:00:00.123456', '2024-01-01 00:00:00+02', E'a,"b"\\nc', '{"a": 1}', '{1,2}', '7d444840-9dc0-11d1-b245-5ffdce74fad2', 0.5, '\\x00ff'),
        (NULL, NULL, NULL, 'NaN', NULL, 'infinity', NULL, '-infinity', '', NULL, '{}', NULL, NULL, NULL);
      CREATE TABLE long AS SELECT i, 'word ' || i AS word FROM generate_series(1, 300000) i;
      CREATE VIEW few AS SELECT * FROM long WHERE i <= 3`);
  }, 120_000);
  afterAll(() => server.stop());

  const source = (rows: { table?: string; query?: string }, password = server.password): ResolvedSource => ({
    kind: 'postgres',
    name: 'far',
    hidden: [password],
    settings: { host: server.host, port: server.port, database: 'postgres', user: server.user, password },
    table: rows.table ?? null,
    query: rows.query ?? null,
  });

  it('keeps types, digits, texts and missing values', async () => {
    const { header, cells, badRows } = await importSource(source({ table: 'sales.types' }));
    expect(header).toEqual([
      'id:integer',
      'price:float',
      'whole:integer',
      'loose:float',
      'paid:boolean',
      'day:date',
      'moment:datetime',
      'zoned:datetime',
      'word:string',
      'js:string',
      'list:string',
      'key:string',
      'small:float',
      'bytes:string',
    ]);
    expect(badRows.count).toBe(0);
    expect(cells).toEqual([
      [
        '9007199254740993',
        1.5,
        42,
        0.1,
        true,
        '2024-02-29',
        '2024-01-01T10:00:00.123456Z',
        '2023-12-31T22:00:00.000Z',
        'a,"b"\nc',
        '{"a": 1}',
        '{1,2}',
        '7d444840-9dc0-11d1-b245-5ffdce74fad2',
        0.5,
        '\\x00ff',
      ],
      [null, null, null, null, null, null, null, null, '', null, '{}', null, null, null],
    ]);
  });

  it('gives a query, a view and the first rows of a long table in their order', async () => {
    const counted = await importSource(source({ query: 'SELECT count(*) AS n, max(i) AS top FROM long; ' }));
    expect(counted.cells).toEqual([[300_000, 300_000]]);
    expect((await importSource(source({ table: 'few' }))).rows).toBe(3);
    const { cells, rows } = await importSource(source({ query: 'SELECT * FROM long ORDER BY i DESC' }), {
      limit: 2,
    });
    expect(rows).toBe(2);
    expect(cells[0]).toEqual([300_000, 'word 300000']);
    expect((await importSource(source({ table: 'long' }))).rows).toBe(300_000);
  });

  it('never writes', async () => {
    const { message } = await failureOf(
      importSource(source({ query: 'WITH gone AS (DELETE FROM long RETURNING i) SELECT * FROM gone' })),
    );
    expect(message).toMatch(/read-only|WITH clause|data-modifying/i);
    expect((await importSource(source({ query: 'SELECT count(*) FROM long' }))).cells).toEqual([[300_000]]);
  });

  it('says what is wrong: credentials, table, address; never the password', async () => {
    const refused = await failureOf(importSource(source({ table: 'long' }, 'wrong-password')));
    expect(refused.code).toBe('sources/unauthorized');
    expect(refused.message).not.toContain('wrong-password');
    expect((await failureOf(importSource(source({ table: 'nowhere' })))).code).toBe('sources/refused');
    const elsewhere = source({ table: 'long' });
    if (elsewhere.kind !== 'postgres') throw new Error('no database');
    const closed = { ...elsewhere, settings: { ...elsewhere.settings, port: 1 } };
    expect((await failureOf(importSource(closed))).code).toBe('sources/unreachable');
  });

  it('stops the query that runs when it is cancelled', async () => {
    const control = new AbortController();
    const running = importSource(
      source({ query: 'SELECT pg_sleep(60), 1 AS marked_by_test' }),
      {},
      control.signal,
    );
    setTimeout(() => control.abort(), 1500);
    await expect(running).rejects.toThrow();
    const left = await importSource(
      source({
        query: `SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%marked_by_test%' AND state = 'active' AND pid <> pg_backend_pid()`,
      }),
    );
    expect(left.cells).toEqual([[0]]);
  }, 30_000);
});
