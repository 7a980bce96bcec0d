import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { ResolvedSource } from '../../../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../../../kit/data/snapshots.ts';
import { farPostgres } from '../../../../kit/remotes/far-postgres.ts';

const { builtins } = pg.types;
/** numeric(12, 2) and numeric(18, 0). */
const WITH_CENTS = ((12 << 16) | 2) + 4;
const WHOLE = (18 << 16) + 4;

function source(
  port: number,
  rows: { table?: string; query?: string },
  changed: Record<string, unknown> = {},
): ResolvedSource {
  return {
    kind: 'postgres',
    name: 'far',
    hidden: ['secret-4711'],
    settings: { host: '127.0.0.1', port, database: 'shop', user: 'me', password: 'secret-4711', ...changed },
    table: rows.table ?? null,
    query: rows.query ?? null,
  };
}

describe('rows of PostgreSQL', () => {
  it('come with COPY from a session in UTC that only reads, with their types', async () => {
    const far = await farPostgres(() => ({
      fields: [
        { name: 'id', oid: builtins.INT8 },
        { name: 'price', oid: builtins.NUMERIC, modifier: WITH_CENTS },
        { name: 'whole', oid: builtins.NUMERIC, modifier: WHOLE },
        { name: 'paid', oid: builtins.BOOL },
        { name: 'made', oid: builtins.TIMESTAMPTZ },
        { name: 'word', oid: builtins.TEXT },
        { name: 'word', oid: builtins.TEXT },
      ],
      copied: [
        'id,price,whole,paid,made,word,word',
        '9007199254740993,1.50,123456789012345678,t,2024-01-01 00:00:00+00,"a,""b""\nZoë",""',
        ',,,,,,',
        '',
      ].join('\n'),
    }));
    const { header, cells } = await importSource(source(far.port, { table: 'sales.orders' }));
    expect(header).toEqual([
      'id:integer',
      'price:float',
      'whole:integer',
      'paid:boolean',
      'made:datetime',
      'word:string',
      'word_2:string',
    ]);
    expect(cells).toEqual([
      ['9007199254740993', 1.5, '123456789012345678', true, '2024-01-01T00:00:00.000Z', 'a,"b"\nZoë', ''],
      [null, null, null, null, null, null, null],
    ]);
    const [settings = '', described = '', copied = ''] = far.seen;
    expect(settings).toContain('default_transaction_read_only = on');
    expect(described).toContain('FROM "sales"."orders"');
    expect(copied).toMatch(/^COPY \([^;]*"sales"."orders"[^;]*\) TO STDOUT/);
  });

  it('that are refused come with the reason, without the password', async () => {
    const error = { code: '42P01', message: 'relation "none" does not exist' };
    const far = await farPostgres(() => ({ error }));
    const locked = await failureOf(importSource(source(far.port, { table: 'none' }, { user: 'locked' })));
    expect([locked.code, locked.message]).toEqual([
      'sources/unauthorized',
      expect.stringContaining('password authentication failed'),
    ]);
    const missing = await failureOf(importSource(source(far.port, { table: 'none' })));
    expect([missing.code, missing.message]).toEqual([
      'sources/refused',
      expect.stringContaining(error.message),
    ]);
    const plain = await failureOf(importSource(source(far.port, { table: 'none' }, { tls: 'on' })));
    expect(plain.message).toContain('does not support SSL');
  });

  it('are asked for no longer when the import is cancelled', async () => {
    const control = new AbortController();
    const far = await farPostgres(() => {
      control.abort();
      return 'silence';
    });
    await expect(importSource(source(far.port, { query: 'SELECT 1' }), {}, control.signal)).rejects.toThrow();
    expect(far.seen.at(-1)).toBe('SELECT pg_cancel_backend($1)');
  });
});
