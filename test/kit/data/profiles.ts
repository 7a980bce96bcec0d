import { join } from 'node:path';
import { profileSnapshot } from '../../../engine/data/profile/profile-snapshot.ts';
import { type DetailsJobOutput, run } from '../../../engine/data/profile-job.ts';
import { parquetTable, quoteText, withDuckDb } from '../../../engine/duckdb/index.ts';
import type {
  ColumnDetails,
  ColumnProfile,
  ColumnType,
  DatasetProfile,
  ProfileDetails,
} from '../../../local-api/contract/index.ts';

export type Profiled = DetailsJobOutput & { profile: DatasetProfile; details: ProfileDetails };

/** Writes the rows of a SELECT as snapshots, `rowsAFile` in each, and profiles them with details, and a target if one is named. */
export async function profileOfSql(
  folder: string,
  select: string,
  options: { target?: string; rowsAFile?: number; exactRows?: number } = {},
): Promise<Profiled> {
  const { files, columns, rows } = await write(folder, select, options.rowsAFile ?? 1_000_000);
  const limits = { readable: files, folders: [folder], memoryMb: 512 };
  const profile = await withDuckDb(limits, (db) =>
    profileSnapshot(db, files, columns, rows, () => {}, options.exactRows),
  );
  const output = await run({
    input: { files, profile, wantsDetails: true, target: options.target ?? null, memoryMb: 512 },
    tmpDir: folder,
    signal: new AbortController().signal,
    progress: () => {},
    log: () => {},
    send: () => {},
    room: () => Promise.resolve(),
  });
  if (output.details === null) throw new Error('no details');
  return { profile, target: output.target, details: output.details };
}

let written = 0;

async function write(folder: string, select: string, rowsAFile: number) {
  const base = join(folder, `table-${++written}`);
  return withDuckDb({ readable: [], folders: [folder], memoryMb: 512 }, async (db) => {
    await db.run(`CREATE TEMP TABLE made AS ${select}`);
    const [counted] = await db.rows('SELECT count(*) FROM made');
    const rows = Number(counted?.[0] ?? 0);
    const files: string[] = [];
    for (let start = 0; start < rows; start += rowsAFile) {
      const file = `${base}-${files.length}.parquet`;
      await db.run(
        `COPY (SELECT * FROM made LIMIT ${rowsAFile} OFFSET ${start}) TO ${quoteText(file)} (FORMAT parquet)`,
      );
      files.push(file);
    }
    const described = await db.describe(`SELECT * FROM ${parquetTable(files)}`);
    return { files, rows, columns: described.map(({ name, type }) => ({ name, type: typeOf(type) })) };
  });
}

function typeOf(native: string): ColumnType {
  if (native === 'DOUBLE') return 'float';
  if (native.endsWith('INT') || native === 'INTEGER') return 'integer';
  if (native === 'BOOLEAN') return 'boolean';
  if (native === 'DATE') return 'date';
  return native.startsWith('TIMESTAMP') ? 'datetime' : 'string';
}

export function columnOf({ profile }: Profiled, name: string): ColumnProfile {
  const found = profile.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

export function detailsOf({ details }: Profiled, name: string): ColumnDetails {
  const found = details.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}
