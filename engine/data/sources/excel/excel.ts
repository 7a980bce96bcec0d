import { join } from 'node:path';
import { AssayError, messageOf } from '../../../errors.ts';
import type { Origin, SourceFile, SourcePart, StagedRows } from '../../source.ts';
import { type GatherContext, invalid, mostRows } from '../gather-context.ts';
import { stagedCsv } from '../staged-csv.ts';
import { type Archive, openArchive } from './archive.ts';
import { readSheet, type SheetCell, type SheetRow } from './sheet-rows.ts';
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts';

/** The width of a table is seen from so many of its rows; a wider one further on costs a second reading. */
const ROWS_FOR_WIDTH = 200;

/**
 * The rows of a sheet as a staged CSV: the one asked for, else the first that is not hidden. Dates, times and truth
 * values become texts that are read as such; titles above the table are left out. Streams: memory holds the different
 * texts of the workbook and no rows.
 *
 * Errors: `datasets/unreadable`, `datasets/empty`, `datasets/unsupported-format`, `request/invalid` for a sheet that is
 * not there.
 */
export async function gatherExcel(
  file: SourcePart,
  context: GatherContext,
  index: number,
): Promise<SourceFile> {
  let archive: Archive | null = null;
  try {
    archive = await openArchive(file.path);
    const workbook = await readWorkbook(archive, file.name);
    const sheet = chooseSheet(workbook.sheets, file, context);
    const path = join(context.folder, `sheet-${index}.csv`);
    let made = await stage(archive, sheet, workbook, path, context, null);
    if (made.widest > made.width) made = await stage(archive, sheet, workbook, path, context, made.widest);
    if (made.rows === 0)
      throw new AssayError('datasets/empty', `The sheet "${sheet.name}" of ${file.name} is empty`);
    const { read } = context;
    const isOneOfSeveral = workbook.sheets.length > 1 && read.table === undefined;
    const origin: Origin = {
      format: 'excel',
      tables: workbook.sheets.map(({ name }) => name),
      options: {
        format: 'excel',
        table: sheet.name,
        ...(read.headerLine === undefined ? {} : { headerLine: read.headerLine }),
      },
      warnings: [
        ...(isOneOfSeveral
          ? [`${file.name} has ${workbook.sheets.length} sheets; this is "${sheet.name}"`]
          : []),
        ...made.warnings,
      ],
    };
    return { path, name: file.name, sizeBytes: file.sizeBytes, staged: made.staged, origin };
  } catch (thrown) {
    if (thrown instanceof AssayError || context.signal?.aborted) throw thrown;
    throw new AssayError(
      'datasets/unreadable',
      `${file.name} cannot be read as a workbook: ${messageOf(thrown)}`,
      {
        cause: thrown,
      },
    );
  } finally {
    archive?.close();
  }
}

function chooseSheet(sheets: readonly Sheet[], file: SourcePart, { read }: GatherContext): Sheet {
  const wanted = read.table;
  const found = wanted === undefined ? undefined : sheets.find(({ name }) => name === wanted);
  if (wanted !== undefined && found === undefined) {
    const names = sheets.map(({ name }) => name).slice(0, 20);
    throw invalid('/options/table', `${file.name} has no sheet "${wanted}"`, names.join(', '));
  }
  const sheet = found ?? sheets.find(({ isHidden }) => !isHidden) ?? sheets[0];
  if (sheet === undefined) throw new AssayError('datasets/empty', `${file.name} has no sheets`);
  return sheet;
}

type Made = { width: number; widest: number; rows: number; staged: StagedRows; warnings: string[] };

async function stage(
  archive: Archive,
  sheet: Sheet,
  workbook: Workbook,
  path: string,
  context: GatherContext,
  knownWidth: number | null,
): Promise<Made> {
  const { read, signal } = context;
  const most = mostRows(context);
  const csv = stagedCsv(path);
  const shifts: { line: number; by: number }[] = [];
  const isText: boolean[] = [];
  let width = knownWidth ?? 0;
  let widest = 0;
  let rows = 0;
  let titles = 0;
  let held: SheetRow[] | null = [];

  const write = async ({ row, cells }: SheetRow): Promise<void> => {
    const line = csv.line();
    if ((shifts.at(-1)?.by ?? 0) !== row - line) shifts.push({ line, by: row - line });
    const fields: (string | null)[] = [];
    for (let column = 0; column < width; column++) {
      const cell: SheetCell = cells[column] ?? null;
      fields.push(cell?.text ?? null);
      // The first row is the header mostly, and that is text.
      if (rows > 0 && cell !== null) isText[column] = (isText[column] ?? true) && cell.isText;
    }
    rows += 1;
    await csv.add(fields);
  };
  const release = async (): Promise<void> => {
    const first = held ?? [];
    held = null;
    if (knownWidth === null) width = Math.max(0, ...first.map(({ cells }) => cells.length));
    titles = read.headerLine === undefined ? titleRows(first, width) : 0;
    for (const row of first.slice(titles)) await write(row);
  };
  const { errors } = await readSheet(archive, sheet, workbook, async (found) => {
    signal?.throwIfAborted();
    for (const row of found) {
      if (read.headerLine !== undefined && row.row < read.headerLine) continue;
      widest = Math.max(widest, row.cells.length);
      if (held === null) await write(row);
      else if (held.push(row) === ROWS_FOR_WIDTH) await release();
      // One more than rows, for the header.
      if (most !== null && rows > most) return false;
    }
    context.progress(null, `${rows.toLocaleString('en')} rows read`);
    return true;
  });
  if (held !== null) await release();
  await csv.end();
  const warnings = [
    ...(titles === 0
      ? []
      : [`The first ${titles === 1 ? 'row is' : `${titles} rows are`} no part of the table and left out`]),
    ...(errors === 0
      ? []
      : [
          errors === 1
            ? 'A cell holds an error such as #N/A and is missing'
            : `${errors} cells hold errors such as #N/A and are missing`,
        ]),
  ];
  const columns = Array.from({ length: width }, (_, column) => isText[column] ?? false);
  return { width, widest, rows, staged: { kind: 'sheet', isText: columns, shifts }, warnings };
}

/** Rows with one cell before a table of several columns: titles and notes. */
function titleRows(rows: readonly SheetRow[], width: number): number {
  if (width < 2) return 0;
  const start = rows.findIndex(({ cells }) => cells.filter((cell) => cell !== null).length > 1);
  return Math.max(0, start);
}
