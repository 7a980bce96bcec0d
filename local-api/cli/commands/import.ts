import { Command, Option } from 'commander';
import pc from 'picocolors';
import {
  ColumnType,
  type DatasetSource,
  FileFormat,
  ImportResult,
  type ReadOptions,
  TextEncoding,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { givenSource, type SourceOptions } from '../import-source.ts';
import { formatCount } from '../output.ts';

type Options = SourceOptions & {
  into?: string;
  name?: string;
  as?: string;
  type?: string[];
  skip?: string[];
  format?: string;
  delimiter?: string;
  encoding?: string;
  headerLine?: string;
  null?: string[];
  fileColumn?: boolean;
  partitions: boolean;
  where?: string;
  limit?: string;
  note?: string;
  preview?: boolean;
};

export function importCommand(): Command {
  return new Command('import')
    .description(
      'import rows as a new dataset version: a file, a folder, an output of DVC, a web address, a database, a bucket',
    )
    .argument(
      '<source>',
      'a file, folder or pattern; a .dvc file, dvc.lock or repository; https://…; postgres://… or mysql://…; s3://bucket/key; a connection; sample:flights; - for standard input',
    )
    .option('--into <dataset>', 'dataset name (default: the name of the source)')
    .option('-n, --name <dataset>', 'the same as --into')
    .addOption(new Option('--as <dataset>', 'the same as --into').hideHelp())
    .option('--table <name>', 'table of a database or an SQLite file, sheet of a workbook')
    .option('--query <sql>', 'a SELECT instead of a table')
    .option('--connection <name>', 'a connection with the credentials of an address, or of a remote of DVC')
    .option(
      '--output <path>',
      'of DVC: which output, or which files of one: data/train.csv, "data/parts/*.csv"',
    )
    .option('--remote <name>', 'of DVC: another remote than its default')
    .option('--records <place>', 'where the list stands in a JSON answer: data.items')
    .option('--paging <how>', 'page, offset, cursor:parameter:place or link')
    .option('--max-records <n>', 'stop after so many records')
    .option('-t, --type <column=type...>', `correct the type of a column: ${ColumnType.options.join(', ')}`)
    .option('--skip <column...>', 'leave columns out')
    .option('--format <format>', `of a file: ${FileFormat.options.join(', ')}`)
    .option('--delimiter <character>', 'field delimiter')
    .option('--encoding <encoding>', `of a text file: ${TextEncoding.options.join(', ')}`)
    .option('--header-line <n>', 'the line or row that names the columns')
    .option('--null <text...>', 'texts that mean missing')
    .option('--file-column', 'of several files: add a column that names the file')
    .option('--no-partitions', 'of several files: no columns from folders such as year=2026/month=11')
    .option('--where <sql>', 'keep only rows for which this holds, e.g. "date < \'2001-03-01\'"')
    .option('--limit <n>', 'keep at most this many rows')
    .option('--note <text>', 'what this version is')
    .option('--preview', 'show what would be read and import nothing')
    .action(async (given: string, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const { source, name, note } = await givenSource(given, options, client);
        const dataset = options.into ?? options.as ?? options.name ?? name;
        const read = readOptionsOf(options, source);
        if (note !== null) output.note(note);
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
            for (const { file, line, reason } of preview.badRows)
              output.line(pc.yellow(`! ${placeOf(file, line)}${reason}`));
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
              pc.yellow(
                `! ${formatCount(result.badRows)} rows could not be read and were set aside: assay datasets ${result.dataset}@${result.version} --bad-rows`,
              ),
            );
          output.line(pc.dim(`  ${result.versionId}  ${result.digest}`));
        });
      });
    });
}

/** Where a bad row stands, for people. */
export function placeOf(file: string | undefined, line: number | null): string {
  const where = [file, line === null ? undefined : `line ${line}`].filter((part) => part !== undefined);
  return where.length === 0 ? '' : `${where.join(', ')}: `;
}

function readOptionsOf(options: Options, source: DatasetSource): ReadOptions {
  const isDatabase = source.kind === 'postgres' || source.kind === 'mysql';
  const format = choice(options.format, FileFormat.options, 'format');
  const encoding = choice(options.encoding, TextEncoding.options, 'encoding');
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
    ...(isDatabase || options.table === undefined ? {} : { table: options.table }),
    ...(isDatabase || options.query === undefined ? {} : { query: options.query }),
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(options.headerLine === undefined ? {} : { headerLine: Number(options.headerLine) }),
    ...(options.null === undefined ? {} : { nullStrings: options.null }),
    ...(options.fileColumn === true ? { fileColumn: true } : {}),
    ...(options.partitions ? {} : { partitions: false }),
    ...(options.where ? { where: options.where } : {}),
    ...(options.limit ? { limit: Number(options.limit) } : {}),
  };
}

function choice<T extends string>(
  text: string | undefined,
  known: readonly T[],
  what: string,
): T | undefined {
  const found = known.find((option) => option === text);
  if (text === undefined || found !== undefined) return found;
  throw new CommandFailure(
    'usage',
    `"${text}" is no ${what}.`,
    `Known: ${known.join(', ')}.`,
    exitCodes.usage,
  );
}
