/** Whether the served model gives the answers that the evaluation reported: the same rows, once from the file and once over HTTP. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteIdentifier, quoteText, withDuckDb } from '../../engine/duckdb/index.ts';
import type { Client } from '../client/index.ts';
import type { Cell, Signature } from '../contract/index.ts';

const ROWS = 1000;
const BATCH = 100;

type HeldOut = { rows: Record<string, Cell>[]; probabilities: number[][] };

/**
 * Predicts 1,000 held-out rows, spread evenly over the test part, through the predict endpoint in batches of 100.
 * Gives the largest absolute difference of any class probability to the one stored by the evaluation.
 */
export async function measureParity(
  client: Client,
  runId: string,
  model: string,
  context: { tmpDir: string; signal: AbortSignal },
): Promise<{ rows: number; maxAbsDiff: number }> {
  const [name = '', version = ''] = model.split('/');
  const { signature } = await client.models.version({ params: { model: name, version } });
  if (signature === null) throw new Error(`${model} has no signature.`);
  const file = join(context.tmpDir, 'predictions.parquet');
  const download = await client.runs.getArtifact({
    params: { runId, path: 'predictions.parquet' },
    signal: context.signal,
  });
  await writeFile(file, Buffer.from(await download.arrayBuffer()));
  const heldOut = await readHeldOut(file, signature, context);

  let maxAbsDiff = 0;
  for (let start = 0; start < heldOut.rows.length; start += BATCH) {
    const answer = await client.predictions.predict({
      body: { model, rows: heldOut.rows.slice(start, start + BATCH) },
      signal: context.signal,
    });
    answer.probabilities?.forEach((row, i) => {
      row.forEach((probability, k) => {
        const expected = heldOut.probabilities[start + i]?.[k] ?? Number.NaN;
        const difference = Math.abs(probability - expected);
        // A missing answer must show as a difference, and Math.max would pass NaN on to hide it.
        maxAbsDiff = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(maxAbsDiff, difference);
      });
    });
    if (answer.rows !== Math.min(BATCH, heldOut.rows.length - start)) maxAbsDiff = Number.POSITIVE_INFINITY;
  }
  return { rows: heldOut.rows.length, maxAbsDiff };
}

/** Evenly spaced rows of `predictions.parquet`: the raw feature columns, and the probability of each class. */
function readHeldOut(
  file: string,
  signature: Signature,
  { tmpDir, signal }: { tmpDir: string; signal: AbortSignal },
): Promise<HeldOut> {
  const inputs = signature.inputs.map((input) => cellSql(input.name, input.type));
  const classes = (signature.classes ?? []).map((name) => quoteIdentifier(`assay.p.${name}`));
  const source = `read_parquet(${quoteText(file)}, file_row_number = true)`;
  return withDuckDb({ readable: [file], folders: [tmpDir], memoryMb: 512, signal }, async (db) => {
    const [[total] = []] = await db.rows(`SELECT count(*) FROM ${source}`);
    const step = Math.max(1, Math.floor(Number(total) / ROWS));
    const table = await db.rows(
      `SELECT ${[...inputs, ...classes].join(', ')} FROM ${source} WHERE file_row_number % ${step} = 0 ORDER BY file_row_number LIMIT ${ROWS}`,
    );
    return {
      rows: table.map((cells) =>
        Object.fromEntries(signature.inputs.map((input, i) => [input.name, cellOf(cells[i])])),
      ),
      probabilities: table.map((cells) => cells.slice(inputs.length).map(Number)),
    };
  });
}

/** Values as a client would send them: datetimes as milliseconds since the epoch, days as ISO text. */
function cellSql(name: string, type: Signature['inputs'][number]['type']): string {
  const column = quoteIdentifier(name);
  if (type === 'datetime') return `epoch_ms(${column})`;
  if (type === 'date') return `strftime(${column}, '%Y-%m-%d')`;
  return column;
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : String(value);
}
