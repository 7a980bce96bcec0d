import mysql from 'mysql2';
import { describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../../../kit/data/snapshots.ts';
import { farMysql } from '../../../../kit/remotes/far-mysql.ts';

const { Types } = mysql;
const UNSIGNED = 0x20;

function source(
  port: number,
  rows: { table?: string; query?: string },
  changed: Record<string, unknown> = {},
): ResolvedSource {
  return {
    kind: 'mysql',
    name: 'far',
    hidden: ['secret-4711'],
    settings: { host: '127.0.0.1', port, database: 'shop', user: 'me', password: 'secret-4711', ...changed },
    table: rows.table ?? null,
    query: rows.query ?? null,
  };
}

describe('rows of MySQL', () => {
  it('come from a session in UTC that only reads, with their types', async () => {
    const far = await farMysql(() => ({
      columns: {
        id: { type: Types.LONGLONG },
        big: { type: Types.LONGLONG, flags: UNSIGNED },
        price: { type: Types.NEWDECIMAL, decimals: 2, length: 12 },
        day: { type: Types.DATE },
        made: { type: Types.DATETIME },
        word: { type: Types.VAR_STRING },
      },
      rows: [
        [
          '9007199254740993',
          '18446744073709551615',
          '1.50',
          '2024-02-29',
          '2024-01-01 10:00:00',
          'a,"b"\nZoë',
        ],
        [null, null, null, '2024-00-00', null, '0000-00-00'],
      ],
    }));
    const { header, cells, warnings } = await importSource(source(far.port, { table: 'sales.orders' }));
    expect(header).toEqual([
      'id:integer',
      'big:string',
      'price:float',
      'day:date',
      'made:datetime',
      'word:string',
    ]);
    expect(cells).toEqual([
      [
        '9007199254740993',
        '18446744073709551615',
        1.5,
        '2024-02-29',
        '2024-01-01T10:00:00.000Z',
        'a,"b"\nZoë',
      ],
      [null, null, null, null, null, '0000-00-00'],
    ]);
    expect(warnings).toEqual(['1 dates are like 0000-00-00 and missing']);
    expect(far.seen).toEqual([
      `SET time_zone = '+00:00'`,
      'START TRANSACTION READ ONLY',
      'SELECT * FROM `sales`.`orders`',
    ]);
  });

  it('of a query are asked for as it stands, once it is seen to be a query, and no more than the limit', async () => {
    const rows = [['3'], ['2'], ['1']];
    const far = await farMysql(() => ({ columns: { a: { type: Types.LONG } }, rows }));
    const { cells } = await importSource(source(far.port, { query: 'SELECT a FROM t ORDER BY a DESC; ' }), {
      limit: 2,
    });
    expect(cells).toEqual([[3], [2]]);
    expect(far.seen.slice(2)).toEqual([
      'SELECT * FROM (SELECT a FROM t ORDER BY a DESC\n) AS source',
      'SET SESSION sql_select_limit = 2',
      'SELECT a FROM t ORDER BY a DESC',
    ]);
  });

  it('that are refused come with the reason, without the password', async () => {
    const far = await farMysql(() => ({ error: { code: 1146, message: "Table 'shop.none' doesn't exist" } }));
    const locked = await failureOf(importSource(source(far.port, { table: 'none' }, { user: 'locked' })));
    expect([locked.code, locked.message]).toEqual([
      'sources/unauthorized',
      expect.stringContaining('Access denied'),
    ]);
    const missing = await failureOf(importSource(source(far.port, { table: 'none' })));
    expect([missing.code, missing.message]).toEqual([
      'sources/refused',
      expect.stringContaining("doesn't exist"),
    ]);
    const plain = await failureOf(importSource(source(far.port, { table: 'none' }, { tls: 'on' })));
    expect(plain.message).toContain('HANDSHAKE_NO_SSL_SUPPORT');
  });

  it('are asked for no longer when the import is cancelled', async () => {
    const control = new AbortController();
    const far = await farMysql(() => {
      control.abort();
      return 'silence';
    });
    await expect(importSource(source(far.port, { table: 't' }), {}, control.signal)).rejects.toThrow();
    await expect.poll(() => far.seen.at(-1)).toMatch(/^KILL QUERY \d+$/);
  });
});
