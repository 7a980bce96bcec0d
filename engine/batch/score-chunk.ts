import { setImmediate } from 'node:timers/promises';
import type { Signature } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../duckdb/index.ts';
import { type Feed, inputElementType, type OnnxSession, outputNames } from '../onnx/index.ts';
import { sliceFeeds } from '../serving/index.ts';
import { type BatchFolder, type ChunkResult, copyTo } from './batch-files.ts';
import type { FittedInput } from './fit-columns.ts';

/** Fixed: matrix products of other sizes may round the last bit differently. */
const rowsPerRun = 4096;
const partFormat = 'FORMAT parquet, COMPRESSION zstd';

/** What all chunks of a batch share. */
export type Scoring = {
  db: DuckDb;
  session: OnnxSession;
  signature: Signature;
  inputs: readonly FittedInput[];
  /** SQL for the rows from `start` to `end` (not included), with a column `rowColumn` that counts rows from 0. */
  between(start: number, end: number): string;
  rowColumn: string;
  keep: readonly string[];
  names: ResultNames;
  folder: BatchFolder;
  signal: AbortSignal;
};

/** Names of the columns of a result. Where the data has such a column, ours gets an underscore. */
export type ResultNames = {
  row: string;
  /** Of the file of rejects, which has all columns of the data. */
  rejects: { row: string; reason: string; line: string; text: string };
  answer: string;
  /** In the order of the classes; empty for values, and where nobody wants them. */
  probabilities: string[];
};

export function resultNames(
  { classes }: Pick<Signature, 'classes'>,
  { data, keep, probabilities }: { data: readonly string[]; keep: readonly string[]; probabilities: boolean },
): ResultNames {
  const free = freeNames(keep);
  const freeOfData = freeNames(data);
  return {
    row: free('row'),
    rejects: {
      row: freeOfData('row'),
      reason: freeOfData('reason'),
      line: freeOfData('line'),
      text: freeOfData('text'),
    },
    answer: free(classes === null ? 'value' : 'label'),
    probabilities: probabilities ? (classes ?? []).map((name) => free(`probability_${name}`)) : [],
  };
}

/** Gives each name once, whatever is taken already; DuckDB does not tell upper case from lower. */
function freeNames(taken: readonly string[]): (name: string) => string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return (name) => {
    let free = name;
    while (used.has(free.toLowerCase())) free += '_';
    used.add(free.toLowerCase());
    return free;
  };
}

/**
 * Predicts the rows from `start` to `end` (not included) and writes the files of the chunk: answers with the kept columns, and
 * the rejected rows with all of theirs. The same rows give the same bytes. Cost: one scan of the row groups they lie in, and
 * one pass of the model.
 */
export async function scoreChunk(
  scoring: Scoring,
  chunk: number,
  start: number,
  end: number,
): Promise<ChunkResult> {
  const { db, folder, rowColumn, keep, inputs, names } = scoring;
  const from = scoring.between(start, end);
  const reasons = inputs.flatMap(({ reason }) => (reason === null ? [] : [reason]));
  const list = [
    `${rowColumn} AS row_number`,
    // nullif: without a reason the joined text is empty.
    `${reasons.length === 0 ? 'NULL::VARCHAR' : `nullif(concat_ws('; ', ${reasons.join(', ')}), '')`} AS reason`,
    ...inputs.map(({ sql }, index) => `${sql} AS i${index}`),
    ...keep.map((name, index) => `${quoteIdentifier(name)} AS k${index}`),
  ];
  await db.run(`CREATE OR REPLACE TABLE chunk AS SELECT ${list.join(', ')} FROM ${from}`);
  const counted = await db.rows(`SELECT reason, count(*) FROM chunk GROUP BY ALL ORDER BY ALL`);
  const found: Record<string, number> = {};
  let predicted = 0;
  for (const [reason, count] of counted) {
    if (reason === null || reason === undefined) predicted = Number(count);
    else found[String(reason)] = Number(count);
  }
  const rejected = end - start - predicted;
  await predict(scoring, predicted);
  await writeAnswers(scoring, chunk);
  if (rejected > 0) {
    const { row, reason } = names.rejects;
    const select = `SELECT chunk.row_number AS ${quoteIdentifier(row)}, chunk.reason AS ${quoteIdentifier(reason)},
        data.* EXCLUDE (${rowColumn})
      FROM ${from} AS data JOIN chunk ON chunk.row_number = data.${rowColumn}
      WHERE chunk.reason IS NOT NULL ORDER BY chunk.row_number`;
    await copyTo(db, select, folder.rejects(chunk), partFormat);
  }
  await db.run('DROP TABLE chunk');
  await db.run('DROP TABLE answers');
  return { predicted, rejected, reasons: found };
}

/** Fills the table `answers`: a row each row of `chunk` without a reason. */
async function predict(scoring: Scoring, rows: number): Promise<void> {
  const { db, session, signature, signal } = scoring;
  const { classes } = signature;
  const wanted = scoring.names.probabilities.length;
  const answerType = classes === null ? 'FLOAT' : 'VARCHAR';
  const probabilityColumns = Array.from({ length: wanted }, (_, index) => `, p${index} FLOAT`).join('');
  await db.run(
    `CREATE OR REPLACE TABLE answers (row_number BIGINT, answer ${answerType}${probabilityColumns})`,
  );
  const { numbers, feeds } = await readFeeds(scoring, rows);
  const names = outputNames(signature.inputs);
  const outputs =
    classes === null ? [names.value] : wanted === 0 ? [names.label] : [names.label, names.probabilities];
  for (let start = 0; start < rows; start += rowsPerRun) {
    // A cancel comes in between two runs.
    await setImmediate();
    signal.throwIfAborted();
    const end = Math.min(start + rowsPerRun, rows);
    const answered = await session.run(sliceFeeds(feeds, start, end), outputs);
    const columns: ArrayLike<bigint | number | string>[] = [numbers.subarray(start, end)];
    if (classes === null) columns.push(answered.float32(names.value));
    else columns.push(answered.strings(names.label));
    if (wanted > 0) columns.push(...byClass(answered.float32(names.probabilities), wanted));
    await db.appendColumns('answers', columns, end - start);
  }
}

/** A column a class of probabilities that lie row by row. */
function byClass(flat: Float32Array, classes: number): Float32Array[] {
  const rows = flat.length / classes;
  const columns = Array.from({ length: classes }, () => new Float32Array(rows));
  for (const [index, column] of columns.entries())
    for (let row = 0; row < rows; row += 1) column[row] = flat[row * classes + index] as number;
  return columns;
}

/** The tensors of the rows that can be predicted, and their numbers. */
async function readFeeds(
  { db, inputs }: Scoring,
  rows: number,
): Promise<{ numbers: BigInt64Array; feeds: Record<string, Feed> }> {
  const numbers = new BigInt64Array(rows);
  const columns = inputs.map(({ input }) => feedColumn(inputElementType(input), rows));
  const list = inputs.map((_, index) => `, i${index}`).join('');
  let offset = 0;
  for await (const part of db.chunks(
    `SELECT row_number${list} FROM chunk WHERE reason IS NULL ORDER BY row_number`,
  )) {
    const counted = part.getColumnVector(0);
    for (let row = 0; row < part.rowCount; row += 1) numbers[offset + row] = counted.getItem(row) as bigint;
    for (const [index, { set }] of columns.entries()) {
      const vector = part.getColumnVector(index + 1);
      for (let row = 0; row < part.rowCount; row += 1) set(offset + row, vector.getItem(row));
    }
    offset += part.rowCount;
  }
  return {
    numbers,
    feeds: Object.fromEntries(inputs.map(({ input }, index) => [input.name, columns[index]?.feed as Feed])),
  };
}

function feedColumn(
  type: Feed['type'],
  rows: number,
): { feed: Feed; set(row: number, value: unknown): void } {
  const dims = [rows];
  switch (type) {
    case 'string': {
      const data = new Array<string>(rows).fill('');
      return {
        feed: { type, data, dims },
        set(row, value) {
          data[row] = value as string;
        },
      };
    }
    case 'int64': {
      const data = new BigInt64Array(rows);
      return {
        feed: { type, data, dims },
        set(row, value) {
          data[row] = value as bigint;
        },
      };
    }
    default: {
      const data = type === 'bool' ? new Uint8Array(rows) : new Float64Array(rows);
      return {
        feed: { type, data, dims },
        set(row, value) {
          data[row] = value as number;
        },
      };
    }
  }
}

async function writeAnswers({ db, keep, names, folder }: Scoring, chunk: number): Promise<void> {
  const list = [
    `chunk.row_number AS ${quoteIdentifier(names.row)}`,
    ...keep.map((name, index) => `k${index} AS ${quoteIdentifier(name)}`),
    `answer AS ${quoteIdentifier(names.answer)}`,
    ...names.probabilities.map((name, index) => `p${index} AS ${quoteIdentifier(name)}`),
  ];
  const select = `SELECT ${list.join(', ')} FROM chunk JOIN answers USING (row_number) ORDER BY row_number`;
  await copyTo(db, select, folder.answers(chunk), partFormat);
}
