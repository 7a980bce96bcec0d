import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { BatchFormat, BatchPrediction, BatchPredictionRequestInput } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { exportTable, fileFormat } from '../export-table.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes, formatCount, formatSeconds, formatTime, type Output } from '../output.ts';
import { saveDownload } from '../save-download.ts';
import { resolveVersion } from '../version-ref.ts';

export type BatchOptions = {
  data?: string;
  file?: string;
  sql?: string;
  out?: string;
  rejects?: string;
  keep?: string[];
  keepAll?: boolean;
  probabilities: boolean;
  fillMissing?: boolean;
  check?: boolean;
};

export function batchCommand(): Command {
  return withBatchOptions(
    new Command('batch')
      .description(
        'predict every row of a dataset version or a file; without a model: list what was predicted',
      )
      .argument('[model]', 'name@alias, name/1.0.0, or name for the newest version'),
  )
    .option('-o, --out <file>', 'write the predictions here: .parquet, .csv, .xlsx, .arrow, .jsonl')
    .option('--rejects <file>', 'write the rows that were kept aside here, in the same format')
    .option('--check', 'say what would happen and predict nothing')
    .action(async (model: string | undefined, options: BatchOptions, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        if (model === undefined) return listBatches(client, output);
        const body = await batchRequest(client, model, options);
        if (options.check) return checkBatch(client, output, body);
        const started = await client.batchPredictions.create({ body });
        const job = await client.jobs.get({ params: { jobId: started.jobId } });
        await finish(client, job, `Predict ${started.sourceName}`);
        const params = { batchId: started.id };
        const batch = await client.batchPredictions.get({ params });
        const out = await save(client, finish, batch, 'predictions', options.out);
        const rejects =
          batch.rejects === null ? null : await save(client, finish, batch, 'rejects', options.rejects);
        output.result({ ...batch, path: out?.path ?? null, rejectsPath: rejects?.path ?? null }, () => {
          printBatch(output, batch);
          for (const file of [out, rejects])
            if (file !== null)
              output.line(`${pc.green('✓')} ${file.path}  ${pc.dim(formatBytes(file.sizeBytes))}`);
        });
      });
    });
}

/** The options that say what to predict; `assay schedule` takes them too. */
export function withBatchOptions(command: Command): Command {
  return command
    .option('-d, --data <dataset>', 'flights@2, or flights for the newest version')
    .option('-f, --file <file>', 'a CSV, TSV, JSON, JSONL or Parquet file instead of a dataset')
    .option('--sql <select>', 'rows by SQL over the dataset: "SELECT * FROM data WHERE distance > 500"')
    .option('-k, --keep <column...>', 'columns of the data to write beside the predictions')
    .option('--keep-all', 'write all columns of the data')
    .option('--no-probabilities', 'labels only')
    .option('--fill-missing', 'take columns that the data lacks as missing, where the model allows it');
}

/** What is asked for by options. A dataset without a version stays without: the newest when it starts. */
export async function batchRequest(
  client: Client,
  model: string,
  options: BatchOptions,
): Promise<BatchPredictionRequestInput> {
  const { data, file, sql, keep, keepAll } = options;
  if ((data === undefined) === (file === undefined))
    throw new CommandFailure(
      'usage',
      'Which rows?',
      'Give either --data <dataset> or --file <file>.',
      exitCodes.usage,
    );
  return {
    model,
    source:
      data === undefined ? { kind: 'path', path: resolve(file ?? '') } : await sourceOf(client, data, sql),
    format: formatOf(options.out),
    keep: keepAll ? 'all' : (keep ?? []),
    probabilities: options.probabilities,
    fillMissing: options.fillMissing ?? false,
  };
}

async function sourceOf(
  client: Client,
  data: string,
  sql: string | undefined,
): Promise<BatchPredictionRequestInput['source']> {
  const { dataset, version } = await resolveVersion(client, data);
  const isFixed = data.includes('@') || data.startsWith('dsv_');
  const rows = { dataset, ...(isFixed ? { version } : {}) };
  return sql === undefined ? { kind: 'dataset', ...rows } : { kind: 'sql', ...rows, sql };
}

/** CSV is written as it is asked for; any other format is made of Parquet, which knows its types. */
function formatOf(file: string | undefined): BatchFormat {
  return file !== undefined && isPlainCsv(file) ? 'csv' : 'parquet';
}

function isPlainCsv(file: string): boolean {
  const { format, compress } = fileFormat(file);
  return format === 'csv' && compress === 'none';
}

async function save(
  client: Client,
  finish: Parameters<typeof exportTable>[1],
  { id, format }: BatchPrediction,
  rows: 'predictions' | 'rejects',
  file: string | undefined,
): Promise<{ path: string; sizeBytes: number } | null> {
  if (file === undefined) return null;
  const asked = fileFormat(file);
  if (asked.format !== format || (format === 'csv' && asked.compress !== 'none'))
    return exportTable(
      client,
      finish,
      { kind: 'batch', batchId: id, rows },
      { file, title: `Write the ${rows}`, ...asked },
    );
  const params = { batchId: id };
  const { output, rejects } = client.batchPredictions;
  return saveDownload(await (rows === 'predictions' ? output({ params }) : rejects({ params })), file);
}

async function checkBatch(client: Client, output: Output, body: BatchPredictionRequestInput): Promise<void> {
  const check = await client.batchPredictions.check({ body });
  output.result(check, () => {
    const rows = check.rows === null ? '' : `, ${formatCount(check.rows)} rows`;
    output.line(`${check.model} ${check.version} on ${check.sourceName}${rows}`);
    for (const note of check.notes) output.line(pc.yellow(`! ${note}`));
    for (const { message, expected } of check.problems)
      output.line(pc.red(`✗ ${message}${expected === undefined ? '' : `, expected ${expected}`}`));
    if (check.problems.length === 0) output.line(pc.green('✓ It would start.'));
  });
  if (check.problems.length > 0) process.exitCode = exitCodes.usage;
}

function printBatch(output: Output, batch: BatchPrediction): void {
  const { predicted, rejected, rowsPerSecond, seconds } = batch;
  output.line(
    `${pc.green('✓')} ${formatCount(predicted ?? 0)} rows predicted by ${batch.model} ${batch.version} in ${formatSeconds(seconds ?? 0)} (${formatCount(Math.round(rowsPerSecond ?? 0))} a second)`,
  );
  if (rejected) output.line(pc.yellow(`! ${formatCount(rejected)} rows were kept aside:`));
  for (const { reason, rows } of batch.reasons) output.line(pc.yellow(`  ${formatCount(rows)} × ${reason}`));
  output.line(pc.dim(`  ${batch.id}  ${batch.output?.digest ?? ''}`));
}

async function listBatches(client: Client, output: Output): Promise<void> {
  const { items } = await client.batchPredictions.list();
  output.result({ items }, () =>
    output.table(
      items,
      [
        { title: 'id', value: (b) => b.id },
        { title: 'model', value: (b) => `${b.model} ${b.version}` },
        { title: 'data', value: (b) => b.sourceName },
        { title: 'state', value: (b) => b.state },
        {
          title: 'rows',
          value: (b) => (b.predicted === null ? '' : formatCount(b.predicted)),
          align: 'right',
        },
        { title: 'aside', value: (b) => (b.rejected ? formatCount(b.rejected) : ''), align: 'right' },
        { title: 'asked for', value: (b) => formatTime(b.createdAtMs) },
      ],
      'Nothing was predicted in batches yet: assay batch <model> --data <dataset> --out predictions.parquet',
    ),
  );
}
