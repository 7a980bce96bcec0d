import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DuckDBAppender } from '@duckdb/node-api';
import type { Signature } from '../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier, quoteText, withDuckDb } from '../duckdb/index.ts';
import type { ModelAnswers } from './model-answers.ts';
import type { TrainingTable } from './table.ts';

export type PredictionsFile = {
  /** The Parquet files of the snapshot that the table was read from. */
  snapshot: readonly string[];
  table: TrainingTable;
  /** The test rows. */
  rows: Int32Array;
  signature: Signature;
  answers: ModelAnswers;
  signal: AbortSignal;
};

/** Rows after which others are let in. */
const ROWS_A_TURN = 20_000;

/**
 * Writes the test rows to a Parquet file: the model's raw input columns as they are in the snapshot, then `assay.row` (row in
 * the snapshot, from 0), `assay.truth`, and the answers of the finished model file: `assay.label` and `assay.p.<class>`
 * (float, in the order of the classes), or `assay.value`; of rows put in order also `assay.query`. Rows keep the order of `rows`;
 * equal input gives equal bytes. Throws the reason of `signal`.
 */
export async function writePredictions(file: PredictionsFile, path: string): Promise<void> {
  // One thread: the order of work must not show in the bytes.
  const options = { readable: file.snapshot, folders: [dirname(path)], memoryMb: 1024, threads: 1 };
  await withDuckDb(options, async (db) => {
    await db.run(`CREATE TABLE answers (${answerColumns(file).join(', ')})`);
    for (let from = 0; from < file.rows.length; from += ROWS_A_TURN) {
      await db.append('answers', (appender) => appendAnswers(appender, file, from, from + ROWS_A_TURN));
      await setImmediate();
      file.signal.throwIfAborted();
    }
    const inputs = file.signature.inputs.map(({ name }) => `snapshot.${quoteIdentifier(name)}`);
    await db.run(
      `COPY (
        SELECT ${[...inputs, 'answers.* EXCLUDE "assay.order"'].join(', ')}
        FROM answers JOIN (${await numberedSnapshot(db, file.snapshot)}) AS snapshot ON snapshot.__assay_row = answers."assay.row"
        ORDER BY answers."assay.order"
      ) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  });
}

function answerColumns({ signature }: PredictionsFile): string[] {
  const places = ['"assay.order" INTEGER', '"assay.row" INTEGER'];
  const numbers = [...places, '"assay.truth" DOUBLE', '"assay.value" FLOAT'];
  if (signature.task === 'ranking') return [...numbers, '"assay.query" VARCHAR'];
  if (signature.classes === null) return numbers;
  return [
    ...places,
    '"assay.truth" VARCHAR',
    '"assay.label" VARCHAR',
    ...signature.classes.map((name) => `${quoteIdentifier(`assay.p.${name}`)} FLOAT`),
  ];
}

function appendAnswers(
  appender: DuckDBAppender,
  { table, rows, signature, answers }: PredictionsFile,
  from: number,
  to: number,
): void {
  const { target, sourceRows } = table;
  const classes = signature.classes ?? [];
  rows.subarray(from, to).forEach((row, place) => {
    const i = from + place;
    appender.appendInteger(i);
    appender.appendInteger(sourceRows[row] as number);
    if (target.task !== 'classification') appender.appendDouble(target.values[row] as number);
    else appender.appendVarchar(target.classes[target.codes[row] as number] ?? '');
    if (answers.task !== 'classification') appender.appendFloat(answers.values[i] as number);
    else {
      appender.appendVarchar(classes[answers.labels[i] as number] ?? '');
      classes.forEach((_, c) => {
        appender.appendFloat(answers.probabilities[i * classes.length + c] as number);
      });
    }
    if (target.task === 'ranking') {
      const query = target.queries[row] as number;
      appender.appendVarchar(target.queryNames?.[query] ?? String(query));
    }
    appender.endRow();
  });
}

/** The snapshot with its row numbers; a column of its own may hide the one that DuckDB offers. */
async function numberedSnapshot(db: DuckDb, files: readonly string[]): Promise<string> {
  const source = parquetTable(files);
  const columns = await db.describe(`SELECT * FROM ${source}`);
  const isHidden = columns.some(({ name }) => name.toLowerCase() === 'file_row_number');
  const number = isHidden || files.length > 1 ? 'row_number() OVER () - 1' : 'file_row_number';
  return `SELECT *, ${number} AS __assay_row FROM ${source}`;
}
