import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { PostgresSettings, withPostgres } from '../../../connections/index.ts';
import { quoteIdentifier } from '../../../duckdb/index.ts';
import { AssayError } from '../../../errors.ts';
import { type SourceColumn, TIME } from '../../relation.ts';
import type { SourceFile } from '../../source.ts';
import { type GatherContext, mostRows } from '../gather-context.ts';
import type { ResolvedSource } from '../resolved-source.ts';
import { uniqueColumns } from '../staged-csv.ts';
import { firstOf, selectOf } from './select.ts';

const PROGRESS_BYTES = 8 * 1024 ** 2;

/**
 * The rows of a table or query, streamed with COPY … TO STDOUT as CSV, which PostgreSQL writes as fast as it can.
 * Types: whole numbers stay so, numeric becomes a float (or an integer where it has no digits after the point and at
 * most 18 in all), timestamps are in UTC, and json, arrays, uuid and all else are text.
 *
 * Errors: `sources/unreachable`, `sources/unauthorized`, `sources/refused`, `datasets/empty`.
 */
export async function gatherPostgres(
  source: Extract<ResolvedSource, { kind: 'postgres' | 'mysql' }>,
  context: GatherContext,
): Promise<SourceFile> {
  const settings = PostgresSettings.parse(source.settings);
  // A query stands in parentheses, so that it can be nothing else.
  const select = firstOf(selectOf(source, quoteIdentifier), mostRows(context));
  const path = join(context.folder, 'rows.csv');
  const columns = await withPostgres(settings, context.signal, async (client) => {
    const described = await client.query(`SELECT * FROM (${select}\n) AS described LIMIT 0`);
    const names = uniqueColumns(described.fields.map(({ name }) => name));
    context.progress(null, `Asking ${settings.host}`);
    const rows = client.query(copyTo(`COPY (${select}\n) TO STDOUT WITH (FORMAT csv, HEADER true)`));
    await pipeline(rows, counted(context), createWriteStream(path), { signal: context.signal });
    return described.fields.map(
      (field, index): SourceColumn => ({
        name: names[index] ?? field.name,
        nativeType: nativeType(field),
        becomes: null,
      }),
    );
  });
  const { size } = await stat(path);
  if (columns.length === 0) throw new AssayError('datasets/empty', `${source.name} has no columns`);
  return {
    path,
    name: source.name,
    sizeBytes: size,
    staged: { kind: 'typed', columns },
    origin: { format: null, tables: [], options: {}, warnings: [] },
  };
}

function counted(context: GatherContext): Transform {
  let bytes = 0;
  let told = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes - told >= PROGRESS_BYTES) {
        told = bytes;
        context.progress(null, `${Math.round(bytes / 1e6)} MB received`);
      }
      done(null, chunk);
    },
  });
}

const { builtins } = pg.types;

function nativeType({ dataTypeID, dataTypeModifier }: pg.FieldDef): string {
  switch (dataTypeID) {
    case builtins.INT2:
    case builtins.INT4:
    case builtins.INT8:
    case builtins.OID:
      return 'BIGINT';
    case builtins.FLOAT4:
    case builtins.FLOAT8:
      return 'DOUBLE';
    case builtins.NUMERIC:
      return isWholeNumeric(dataTypeModifier) ? 'BIGINT' : 'DOUBLE';
    case builtins.BOOL:
      return 'BOOLEAN';
    case builtins.DATE:
      return 'DATE';
    case builtins.TIMESTAMP:
      return 'TIMESTAMP';
    case builtins.TIMESTAMPTZ:
      return TIME;
    default:
      return 'VARCHAR';
  }
}

/** numeric(p, 0) with p up to 18 fits 64 bits. The modifier holds precision and scale, plus 4. */
function isWholeNumeric(modifier: number): boolean {
  if (modifier < 4) return false;
  const packed = modifier - 4;
  return (packed & 0xffff) === 0 && packed >> 16 <= 18;
}
