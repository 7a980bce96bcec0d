import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../../../engine/store/migrations/index.ts';
import { migrateDown, migrateUp } from '../../../../engine/store/migrations/migrate.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

/** Every table and index with its text, but for the ledger. */
function schemaOf(sqlite: BetterSqlite3.Database): unknown[] {
  return sqlite
    .prepare(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'migrations' ORDER BY type, name",
    )
    .all();
}

describe('each migration', () => {
  it('goes forward and back to exactly the schema before it', async () => {
    const sqlite = new BetterSqlite3(join(tempFolder(), 'assay.db'));
    const clock = fakeClock();
    const schemas = [schemaOf(sqlite)];
    for (let i = 0; i < migrations.length; i += 1) {
      await migrateUp(sqlite, migrations.slice(0, i + 1), i, clock);
      schemas.push(schemaOf(sqlite));
    }
    for (let i = migrations.length; i > 0; i -= 1) {
      expect(schemaOf(sqlite)).toEqual(schemas[i]);
      await migrateDown(sqlite, migrations, i, i - 1);
      expect(schemaOf(sqlite)).toEqual(schemas[i - 1]);
    }
    expect(schemaOf(sqlite)).toEqual([]);
    await migrateUp(sqlite, migrations, 0, clock);
    expect(schemaOf(sqlite)).toEqual(schemas.at(-1));
    sqlite.close();
  });

  it('stands in the list once, in the order of its number', () => {
    const names = migrations.map((entry) => entry.name);
    names.forEach((name, index) => {
      expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+$`));
    });
    expect(new Set(names).size).toBe(names.length);
  });
});
