import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import {
  ColumnType,
  type DatasetSource,
  ImportResult,
  type ReadOptions,
  SampleName,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount } from '../output.ts';

type Options = {
  name?: string;
  type?: string[];
  skip?: string[];
  delimiter?: string;
  where?: string;
  limit?: string;
  note?: string;
  preview?: boolean;
};

export function importCommand(): Command {
  return new Command('import')
    .description('import a CSV, TSV, JSON, JSONL or Parquet file as a new dataset version')
    .argument('<file>', 'a file, or sample:flights, sample:penguins')
    .option('-n, --name <dataset>', 'dataset name (default: the file name)')
    .option('-t, --type <column=type...>', `correct the type of a column: ${ColumnType.options.join(', ')}`)
    .option('--skip <column...>', 'leave columns out')
    .option('--delimiter <character>', 'field delimiter')
    .option('--where <sql>', 'keep only rows for which this holds, e.g. "date < \'2001-03-01\'"')
    .option('--limit <n>', 'keep at most this many rows')
    .option('--note <text>', 'what this version is')
    .option('--preview', 'show what would be read and import nothing')
    .action(async (file: string, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const source = sourceOf(file);
      const read = readOptionsOf(options);
      const dataset = options.name ?? defaultName(file);
      await withClient(async (client) => {
        if (options.preview) {
          const preview = await client.datasets.preview({ body: { source, options: read, limit: 10 } });
          output.result(preview, () => {
            output.table(
              preview.rows,
              preview.columns.map((column, i) => ({
                title: `${column.name}:${column.type}`,
                value: (row) => String(row[i] ?? pc.dim('–')),
                align:
                  column.type === 'integer' || column.type === 'float'
                    ? ('right' as const)
                    : ('left' as const),
              })),
              'no rows',
            );
            for (const warning of preview.warnings) output.line(pc.yellow(`! ${warning}`));
            for (const bad of preview.badRows)
              output.line(pc.yellow(`! line ${bad.line ?? '?'}: ${bad.reason}`));
          });
          return;
        }
        const job = await client.datasets.import({
          body: { dataset, source, options: read, note: options.note ?? '' },
        });
        const ended = await finish(client, job, `Import ${dataset}`);
        const result = ImportResult.parse(ended.result);
        output.result(result, () => {
          output.line(
            `${pc.green('✓')} ${result.dataset} v${result.version}: ${formatCount(result.rows)} rows${result.created ? '' : ' (the same content was there already)'}`,
          );
          if (result.badRows > 0)
            output.line(
              pc.yellow(`! ${formatCount(result.badRows)} rows could not be read and were set aside.`),
            );
          output.line(pc.dim(`  ${result.versionId}  ${result.digest}`));
        });
      });
    });
}

function sourceOf(file: string): DatasetSource {
  if (file.startsWith('sample:')) {
    const name = SampleName.safeParse(file.slice('sample:'.length));
    if (name.success) return { kind: 'sample', name: name.data };
    throw new CommandFailure(
      'usage',
      `There is no sample "${file}".`,
      `Samples: ${SampleName.options.join(', ')}.`,
      exitCodes.usage,
    );
  }
  const path = resolve(file);
  if (!existsSync(path))
    throw new CommandFailure(
      'datasets/source-not-found',
      `There is no file ${path}.`,
      'Check the path.',
      exitCodes.notFound,
    );
  return { kind: 'path', path };
}

function defaultName(file: string): string {
  if (file.startsWith('sample:')) return file.slice('sample:'.length);
  return basename(file)
    .replace(/\.(gz|zst)$/i, '')
    .replace(extname(file.replace(/\.(gz|zst)$/i, '')), '');
}

function readOptionsOf(options: Options): ReadOptions {
  const columns = [
    ...(options.type ?? []).map((text) => {
      const at = text.lastIndexOf('=');
      const type = ColumnType.safeParse(text.slice(at + 1));
      if (at < 1 || !type.success)
        throw new CommandFailure(
          'usage',
          `"${text}" is not column=type.`,
          `Types: ${ColumnType.options.join(', ')}.`,
          exitCodes.usage,
        );
      return { name: text.slice(0, at), type: type.data };
    }),
    ...(options.skip ?? []).map((name) => ({ name, skip: true })),
  ];
  return {
    ...(columns.length > 0 ? { columns } : {}),
    ...(options.delimiter ? { delimiter: options.delimiter === '\\t' ? '\t' : options.delimiter } : {}),
    ...(options.where ? { where: options.where } : {}),
    ...(options.limit ? { limit: Number(options.limit) } : {}),
  };
}
