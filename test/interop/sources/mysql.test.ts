import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionKind } from '../../../engine/connections/connection-kinds.ts';
import type { ResolvedSource } from '../../../engine/data/sources/resolved-source.ts';
import { failureOf, importSource } from '../../kit/data/snapshots.ts';
import { findMariadb, type MysqlServer, type ServerCertificate, startMariadb } from './mysql-server.ts';

const root = findMariadb();
if (root === null)
  console.log(
    'Skipped: there is no MariaDB on this machine (Debian: mariadb-server, or ASSAY_MARIADB=its folder).',
  );

/** Signed by nobody, for a host of another name. */
function ownCertificate(): ServerCertificate {
  const dir = mkdtempSync(join(tmpdir(), 'assay-certificate-'));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const subject = ['-subj', '/CN=elsewhere.test', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    { stdio: 'ignore' },
  );
  try {
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe.skipIf(root === null)('rows of a real MariaDB', () => {
  let server: MysqlServer;
  beforeAll(async () => {
    server = await startMariadb(root ?? '', ownCertificate());
    await server.sql(`SET sql_mode = '', time_zone = '+00:00'; USE shop;
      CREATE TABLE types (tiny tinyint, truth boolean, id bigint, big bigint unsigned, price decimal(10,2), whole decimal(18,0),
        huge decimal(30,0), small float, double_ double, flags bit(12), moment timestamp(6) NULL, made datetime(3), day date,
        clock time(2), y year, js json, kind enum('a','b,"c'), many set('x','y'), bytes blob, fixed binary(4), word varchar(50),
        long_ mediumtext CHARACTER SET latin1, place point, key_ uuid);
      INSERT INTO types VALUES
        (-128, true, 9007199254740993, 18446744073709551615, 1.50, 123456789012345678, 1e20, 0.5, 1e-300, b'101010101010',
         '2024-02-29 10:00:00.123456', '2024-02-29 10:00:00.5', '2024-02-29', '-100:00:01.5', 2024, '{"a": [1, null]}', 'b,"c', 'x,y',
         x'00ff80', x'01', 'Zoë 🎈\\n"q",', 'naïve', ST_GeomFromText('POINT(1 2.5)'), '7d444840-9dc0-11d1-b245-5ffdce74fad2'),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0000-00-00', '0000-00-00', NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, '', NULL, NULL, NULL);
      CREATE TABLE many_rows AS SELECT seq AS i, concat('word ', seq) AS word FROM seq_1_to_1000000;
      CREATE VIEW few AS SELECT * FROM many_rows WHERE i <= 3;
      CREATE TABLE \`odd \`\`name\` (\`a b\` int); INSERT INTO \`odd \`\`name\` VALUES (1)`);
  }, 120_000);
  afterAll(() => server.stop());

  const settings = (changed: Record<string, unknown> = {}) => {
    const { host, port, user, password, database } = server;
    return { host, port, user, password, database, ...changed };
  };
  const source = (
    rows: { table?: string; query?: string },
    changed: Record<string, unknown> = {},
  ): ResolvedSource => ({
    kind: 'mysql',
    name: 'far',
    hidden: [String(settings(changed).password)],
    settings: settings(changed),
    table: rows.table ?? null,
    query: rows.query ?? null,
  });

  it('keeps types, digits, texts and missing values', async () => {
    const { header, cells, badRows, warnings } = await importSource(source({ table: 'types' }));
    const values = Object.fromEntries(header.map((name, index) => [name, cells[0]?.[index]]));
    expect(badRows.count).toBe(0);
    expect(values).toEqual({
      'tiny:integer': -128,
      'truth:integer': 1,
      'id:integer': '9007199254740993',
      'big:string': '18446744073709551615',
      'price:float': 1.5,
      'whole:integer': '123456789012345678',
      'huge:float': 1e20,
      'small:float': 0.5,
      'double_:float': 1e-300,
      'flags:integer': 0b101010101010,
      'moment:datetime': '2024-02-29T10:00:00.123456Z',
      'made:datetime': '2024-02-29T10:00:00.500Z',
      'day:date': '2024-02-29',
      'clock:string': '-100:00:01.50',
      'y:integer': 2024,
      'js:string': '{"a": [1, null]}',
      'kind:string': 'b,"c',
      'many:string': 'x,y',
      'bytes:string': 'AP+A',
      'fixed:string': 'AQAAAA==',
      'word:string': 'Zoë 🎈\n"q",',
      'long_:string': 'naïve',
      'place:string': 'POINT(1 2.5)',
      'key_:string': '7d444840-9dc0-11d1-b245-5ffdce74fad2',
    });
    expect(cells[1]?.map((cell) => cell ?? null)).toEqual(
      header.map((name) => (name === 'word:string' ? '' : null)),
    );
    expect(warnings).toEqual(['2 dates are like 0000-00-00 and missing']);
  });

  it('gives geometries as text', async () => {
    const shapes = [
      'LINESTRING(0 0,1 1.5)',
      'POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))',
      'MULTIPOINT(1 2,3 4)',
      'MULTILINESTRING((0 0,1 1),(2 2,3 3))',
      'MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((5 5,6 5,6 6,5 5)))',
      'GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))',
    ];
    const query = shapes.map((shape) => `SELECT ST_GeomFromText('${shape}') AS shape`).join(' UNION ALL ');
    expect((await importSource(source({ query }))).cells.flat()).toEqual(shapes);
  });

  it('gives a query, a view, odd names and the first rows of a long table', async () => {
    const query = 'SELECT count(*) AS n, max(i) AS top FROM many_rows -- all; ';
    expect((await importSource(source({ query }))).cells).toEqual([[1_000_000, 1_000_000]]);
    expect((await importSource(source({ table: 'few' }))).rows).toBe(3);
    expect((await importSource(source({ table: 'shop.few' }))).rows).toBe(3);
    const odd = await importSource(source({ table: 'odd `name' }));
    expect([odd.header, odd.cells]).toEqual([['a b:integer'], [[1]]]);
    const last = await importSource(source({ query: 'SELECT * FROM many_rows ORDER BY i DESC' }), {
      limit: 2,
    });
    expect(last.cells[0]).toEqual([1_000_000, 'word 1000000']);
    const twice = await importSource(source({ query: 'SELECT 1 AS a, 2 AS a' }));
    expect(twice.header).toEqual(['a:integer', 'a_2:integer']);
  });

  it('streams a million rows', async () => {
    const { rows } = await importSource(source({ table: 'many_rows' }));
    expect(rows).toBe(1_000_000);
  });

  it('never writes', async () => {
    for (const query of [
      'DELETE FROM many_rows RETURNING i',
      'INSERT INTO many_rows VALUES (0, "x") RETURNING i',
    ])
      expect((await failureOf(importSource(source({ query })))).code).toBe('sources/refused');
    const { cells } = await importSource(source({ query: 'SELECT count(*) AS n FROM many_rows' }));
    expect(cells).toEqual([[1_000_000]]);
  });

  it('says what is wrong: credentials, table, database, address, certificate; never the password', async () => {
    const refused = await failureOf(importSource(source({ table: 'few' }, { password: 'wrong-password' })));
    expect(refused.code).toBe('sources/unauthorized');
    expect(refused.message).not.toContain('wrong-password');
    expect((await failureOf(importSource(source({ table: 'nowhere' })))).message).toContain('nowhere');
    expect((await failureOf(importSource(source({ table: 'few' }, { database: 'nowhere' })))).code).toBe(
      'sources/unauthorized',
    );
    expect((await failureOf(importSource(source({ table: 'few' }, { port: 1 })))).code).toBe(
      'sources/unreachable',
    );
    const verified = { tls: 'verified', host: 'localhost' };
    const unverified = await failureOf(importSource(source({ table: 'few' }, verified)));
    expect(unverified.code).toBe('sources/unreachable');
    expect(unverified.message).toContain('signed by nobody this machine trusts');
    const nameless = await failureOf(importSource(source({ table: 'few' }, { tls: 'verified' })));
    expect(nameless.message).toContain('cannot be verified');
    expect((await importSource(source({ table: 'few' }, { tls: 'on' }))).rows).toBe(3);
    expect((await failureOf(importSource(source({ query: 'SELECT * FROM few WHERE i > 5' })))).code).toBe(
      'datasets/empty',
    );
  });

  it('stops the query that runs when it is cancelled', async () => {
    const control = new AbortController();
    const running = importSource(source({ query: 'SELECT sleep(60) AS marked_by_test' }), {}, control.signal);
    setTimeout(() => control.abort(), 1500);
    await expect(running).rejects.toThrow();
    const query = `SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE '%sleep(60)%' AND id <> connection_id()`;
    await expect
      .poll(async () => (await importSource(source({ query }))).cells, { timeout: 10_000 })
      .toEqual([[0]]);
  }, 30_000);

  it('is tested and lists its tables as a connection', async () => {
    const kind = connectionKind('mysql');
    const context = { fetch, signal: AbortSignal.timeout(30_000) };
    const findings = await kind.check(settings(), context as never);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
    const items = await kind.items?.(settings(), 'f', 10, context as never);
    expect(items).toEqual([{ name: 'few', kind: 'view' }]);
  });
});
