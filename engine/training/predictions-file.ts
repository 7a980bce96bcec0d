import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Signature } from '../../local-api/contract/index.ts';
import type { ModelAnswers } from './model-answers.ts';
import { columnSql, type TrainingTable } from './table.ts';

export type PredictionsFile = {
  /** The Parquet snapshot that the table was read from. */
  snapshot: string;
  table: TrainingTable;
  /** The test rows. */
  rows: Int32Array;
  signature: Signature;
  answers: ModelAnswers;
};

/**
 * Writes the test rows to a Parquet file: the model's raw input columns as they are in the snapshot, then `assay.row` (row in
 * the snapshot, from 0), `assay.truth`, and the answers of the finished model file: `assay.label` and `assay.p.<class>`
 * (float, in the order of the classes), or `assay.value`. Rows keep the order of `rows`; equal input gives equal bytes.
 */
export async function writePredictions(file: PredictionsFile, path: string): Promise<void> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(`CREATE TABLE answers (${answerColumns(file).join(', ')})`);
    await appendAnswers(await connection.createAppender('answers'), file);
    const inputs = file.signature.inputs.map(({ name }) => `snapshot.${columnSql(name)}`);
    await connection.run(
      `COPY (
        SELECT ${[...inputs, 'answers.* EXCLUDE "assay.order"'].join(', ')}
        FROM answers JOIN (${await numberedSnapshot(connection, file.snapshot)}) AS snapshot ON snapshot.__assay_row = answers."assay.row"
        ORDER BY answers."assay.order"
      ) TO ${textSql(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

function answerColumns({ signature }: PredictionsFile): string[] {
  const places = ['"assay.order" INTEGER', '"assay.row" INTEGER'];
  if (signature.classes === null) return [...places, '"assay.truth" DOUBLE', '"assay.value" FLOAT'];
  return [
    ...places,
    '"assay.truth" VARCHAR',
    '"assay.label" VARCHAR',
    ...signature.classes.map((name) => `${columnSql(`assay.p.${name}`)} FLOAT`),
  ];
}

async function appendAnswers(appender: DuckDBAppender, { table, rows, signature, answers }: PredictionsFile) {
  const { target, sourceRows } = table;
  const classes = signature.classes ?? [];
  rows.forEach((row, i) => {
    appender.appendInteger(i);
    appender.appendInteger(sourceRows[row] as number);
    if (target.task === 'regression') appender.appendDouble(target.values[row] as number);
    else appender.appendVarchar(target.classes[target.codes[row] as number] ?? '');
    if (answers.task === 'regression') appender.appendFloat(answers.values[i] as number);
    else {
      appender.appendVarchar(classes[answers.labels[i] as number] ?? '');
      classes.forEach((_, c) => {
        appender.appendFloat(answers.probabilities[i * classes.length + c] as number);
      });
    }
    appender.endRow();
  });
  appender.closeSync();
}

/** The snapshot with its row numbers; a column of its own may hide the one that DuckDB offers. */
async function numberedSnapshot(connection: DuckDBConnection, path: string): Promise<string> {
  const source = `read_parquet(${textSql(path)})`;
  const header = await connection.runAndReadAll(`SELECT * FROM ${source} LIMIT 0`);
  const isHidden = header.columnNames().some((name) => name.toLowerCase() === 'file_row_number');
  return `SELECT *, ${isHidden ? 'row_number() OVER () - 1' : 'file_row_number'} AS __assay_row FROM ${source}`;
}

function textSql(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
