import { rm } from 'node:fs/promises';
import type { BatchFormat, BatchPreview } from '../../local-api/contract/index.ts';
import { cellOf } from '../data/index.ts';
import { type DuckDb, quoteIdentifier, quoteTexts } from '../duckdb/index.ts';
import { copyTo, type ReadRows } from './batch-files.ts';
import type { Scoring } from './score-chunk.ts';

const previewRows = 100;

const formats: Record<BatchFormat, string> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880',
  csv: 'FORMAT csv, HEADER',
};

export type Result = { output: string; rejects: string | null; preview: BatchPreview };

/** Joins the files of the chunks, in their order, to the files that people get. Cost: one more pass over them. */
export async function writeResult(
  { db, folder, keep, names }: Scoring,
  rows: ReadRows,
  format: BatchFormat,
  chunks: readonly { chunk: number; rejected: number }[],
): Promise<Result> {
  const output = folder.file(`predictions.${format}`);
  const answers = quoteTexts(chunks.map(({ chunk }) => folder.answers(chunk)));
  await copyTo(db, `SELECT * FROM read_parquet(${answers})`, output, formats[format]);
  const first = await db.rows(`SELECT * FROM read_parquet(${answers}) LIMIT ${previewRows}`);
  const parts = chunks.filter(({ rejected }) => rejected > 0).map(({ chunk }) => folder.rejects(chunk));
  const rejects = folder.file(`rejects.${format}`);
  const select = await rejectedRows(db, names.rejects, rows, parts);
  if (select === null) await rm(rejects, { force: true });
  else await copyTo(db, select, rejects, formats[format]);
  return {
    output,
    rejects: select === null ? null : rejects,
    preview: {
      columns: [names.row, ...keep, names.answer, ...names.probabilities],
      rows: first.map((row) => row.map(cellOf)),
    },
  };
}

/** Rows that could not be read first, by line and text; then those that do not fit the model, with their values. */
async function rejectedRows(
  db: DuckDb,
  names: Scoring['names']['rejects'],
  { unreadable: { count, first } }: ReadRows,
  parts: readonly string[],
): Promise<string | null> {
  const misfits = `SELECT * FROM read_parquet(${quoteTexts(parts)})`;
  if (count === 0) return parts.length === 0 ? null : misfits;
  await db.run('CREATE OR REPLACE TABLE unreadable (reason VARCHAR, line BIGINT, content VARCHAR)');
  await db.appendColumns(
    'unreadable',
    [
      first.map((bad) => bad.reason),
      first.map((bad) => (bad.line === null ? null : BigInt(bad.line))),
      first.map((bad) => bad.text),
    ],
    first.length,
  );
  const { row, reason, line, text } = names;
  const lines = `SELECT NULL::BIGINT AS ${quoteIdentifier(row)}, reason AS ${quoteIdentifier(reason)},
    line AS ${quoteIdentifier(line)}, content AS ${quoteIdentifier(text)} FROM unreadable`;
  return parts.length === 0 ? lines : `${lines} UNION ALL BY NAME ${misfits}`;
}
