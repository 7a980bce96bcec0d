import { join } from 'node:path';
import { type DuckDb, numberedParquetTable, quoteText } from '../../duckdb/index.ts';
import type { OpenWindow } from './open-window.ts';

const row = '__assay_thin';

/**
 * The window itself, or every n-th row of one of more than `most` rows, written into `folder`, so that what looks at rows several
 * times reads few. Counts of cells that could not be read shrink with it. Cost: one scan.
 */
export async function thinWindow(
  db: DuckDb,
  window: OpenWindow,
  most: number,
  { folder, side }: { folder: string; side: 'reference' | 'current' },
): Promise<OpenWindow> {
  const every = Math.ceil(window.rows / most);
  if (every <= 1) return window;
  const path = join(folder, `${side}-thin.parquet`);
  await db.run(
    `COPY (SELECT * EXCLUDE (${row}) FROM ${numberedParquetTable(window.files, row)} WHERE ${row} % ${every} = 0) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION uncompressed)`,
  );
  const rows = Math.ceil(window.rows / every);
  const unreadable = Object.entries(window.unreadable).map(([name, count]) => [
    name,
    Math.round((count * rows) / window.rows),
  ]);
  return { ...window, files: [path], rows, unreadable: Object.fromEntries(unreadable) };
}
