import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { RunExportQuery } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { list, quoteText, type Reader, sqlText } from '../../store/index.ts';
import { runListing } from '../run-listing.ts';
import { type CsvStyle, csvCell } from './csv-cells.ts';
import { type ColumnType, type ExportColumn, exportColumns, type FactFamily } from './export-columns.ts';

/** Either by filter, or by ids; those may be deleted ones. */
export type ExportSelection = Pick<RunExportQuery, 'filter' | 'sort' | 'fields'> & {
  runIds?: string[] | undefined;
};
export type ExportRequest = ExportSelection & { path: string; style: CsvStyle };

export type ExportedFile = {
  runs: number;
  columns: { name: string; type: ColumnType }[];
  sizeBytes: number;
  longestRowBytes: number;
  /** sha256:… of the bytes. */
  digest: string;
};

/** Cells that are held at once. */
const cellsAtOnce = 200_000;
const most = Number.MAX_SAFE_INTEGER - 1;

type Cell = string | number | null;

/**
 * Writes all runs that match into a CSV file, in the order asked for, one row a run. The memory is that of the runs' keys and
 * of some rows. Cost: about 10 s for 100,000 runs with 50 metrics, which is for a thread of its own.
 *
 * Throws request/bad-filter, request/invalid, runs/export-too-wide, artifacts/disk-full.
 */
export async function exportRuns(reader: Reader, request: ExportRequest): Promise<ExportedFile> {
  // One transaction: every part of the file is of the same moment.
  reader.sqlite.exec('BEGIN');
  try {
    const pks = await matchingKeys(reader, request);
    const columns = exportColumns(reader, request, pks);
    const out = createFile(request.path);
    let longestRowBytes = 0;
    try {
      const { style } = request;
      const header = columns.map(({ name }) => csvCell(name, 'text', style)).join(',');
      longestRowBytes = Buffer.byteLength(header);
      out.write(`${header}\r\n`);
      const rowsAtOnce = Math.max(1, Math.min(1000, Math.floor(cellsAtOnce / columns.length)));
      const readCells = createCellReader(reader, columns);
      for (let from = 0; from < pks.length; from += rowsAtOnce) {
        const rows = readCells(pks.slice(from, from + rowsAtOnce));
        const lines = rows.map((cells) =>
          columns.map(({ type }, i) => csvCell(cells[i] ?? null, type, style)).join(','),
        );
        for (const line of lines) longestRowBytes = Math.max(longestRowBytes, Buffer.byteLength(line));
        out.write(lines.map((line) => `${line}\r\n`).join(''));
      }
    } finally {
      out.close();
    }
    return {
      runs: pks.length,
      columns: columns.map(({ name, type }) => ({ name, type })),
      longestRowBytes,
      ...out.facts(),
    };
  } finally {
    reader.sqlite.exec('COMMIT');
  }
}

async function matchingKeys({ db }: Reader, { filter, sort, runIds }: ExportSelection): Promise<number[]> {
  const ofIds =
    runIds === undefined
      ? filter
      : `id in (${runIds.map(quoteText).join(', ')}) and lifecycle in ('active', 'deleted')`;
  let keys: number[] = [];
  await list(
    db,
    runListing,
    { filter: ofIds, sort, limit: most },
    {
      load: async (found) => {
        keys = found;
        return new Map();
      },
    },
  );
  return keys;
}

function createFile(path: string) {
  const hash = createHash('sha256');
  const file = openSync(path, 'wx', 0o600);
  let sizeBytes = 0;
  return {
    write(text: string): void {
      const bytes = Buffer.from(text);
      hash.update(bytes);
      sizeBytes += bytes.length;
      try {
        for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
      } catch (thrown) {
        if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC')) throw thrown;
        throw new AssayError('artifacts/disk-full', 'The disk is full: the runs could not be written.', {
          cause: thrown,
        });
      }
    },
    close: () => closeSync(file),
    facts: () => ({ sizeBytes, digest: `sha256:${hash.digest('hex')}` }),
  };
}

/** Reads the cells of some runs, a row each, in the order of the columns. One query a table. */
function createCellReader({ sqlite, db }: Reader, columns: readonly ExportColumn[]) {
  const own = columns.flatMap((column, place) => (column.family === null ? [{ ...column, place }] : []));
  const expressions = own.map(({ sql }) => sqlText(db, sql));
  const runRows = sqlite
    .prepare<unknown[], Cell[]>(
      `SELECT runs.pk, ${expressions.map(({ text }) => text).join(', ')} FROM json_each(?) AS run
       CROSS JOIN runs ON runs.pk = run.value`,
    )
    .raw();
  const parameters = expressions.flatMap((expression) => expression.parameters);
  const facts = factReaders({ sqlite }, columns);

  return (pks: readonly number[]): Cell[][] => {
    const keys = JSON.stringify(pks);
    const rows = new Map(pks.map((pk) => [pk, new Array<Cell>(columns.length).fill(null)]));
    for (const [pk, ...values] of runRows.all(...parameters, keys) as Cell[][]) {
      const cells = rows.get(Number(pk));
      if (cells === undefined) continue;
      own.forEach(({ place, type }, i) => {
        const value = values[i] ?? null;
        cells[place] = type === 'text' && value !== null ? String(value) : value;
      });
    }
    for (const { read, places } of facts) {
      for (const [pk, keyId, value, isNan] of read(keys)) {
        const place = places.get(Number(keyId));
        const cells = rows.get(Number(pk));
        if (place !== undefined && cells !== undefined)
          cells[place] = isNan === 1 ? Number.NaN : (value ?? null);
      }
    }
    return [...rows.values()];
  };
}

function factReaders({ sqlite }: Pick<Reader, 'sqlite'>, columns: readonly ExportColumn[]) {
  const reader = (family: FactFamily, table: string, isNan: string) => {
    const places = new Map<number, number>();
    columns.forEach((column, place) => {
      if (column.family === family) places.set(column.keyId, place);
    });
    const wanted = JSON.stringify([...places.keys()]);
    const statement = sqlite
      .prepare<unknown[], Cell[]>(
        `SELECT entry.run_pk, entry.key_id, entry.value, ${isNan} FROM json_each(?) AS run
         CROSS JOIN ${table} AS entry ON entry.run_pk = run.value
         WHERE entry.key_id IN (SELECT value FROM json_each(?))`,
      )
      .raw();
    return { places, read: (keys: string) => statement.all(keys, wanted) as Cell[][] };
  };
  return [
    reader('params', 'run_params', '0'),
    reader('metrics', 'metric_latest', 'entry.is_nan'),
    reader('tags', 'run_tags', '0'),
  ].filter(({ places }) => places.size > 0);
}
