import { Command, Option } from 'commander';
import type { Client } from '../../client/index.ts';
import { DataExportFormat, DatasetPushResult, ImportResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { exportTable, fileFormat } from '../export-table.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes, formatCount, formatTime, type Output } from '../output.ts';
import { versionColumns } from '../version-columns.ts';
import { resolveVersion } from '../version-ref.ts';

/** The sub-commands of `assay datasets` that change versions. */
export function versionCommands(): Command[] {
  return [
    versionsCommand(),
    exportCommand(),
    pushCommand(),
    pullCommand(),
    tagCommand(),
    untagCommand(),
    noteCommand(),
    deleteCommand(),
    restoreCommand(),
  ];
}

function versionsCommand(): Command {
  return new Command('versions')
    .description('the versions of a dataset, newest first; or deleted ones that can be restored')
    .argument('[dataset]', 'flights; with --deleted all of them when left out')
    .option('--deleted', 'those that were deleted and can still be restored')
    .action(async (dataset: string | undefined, options: { deleted?: boolean }, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        if (options.deleted) return showDeleted(client, output, dataset);
        if (dataset === undefined)
          throw new CommandFailure(
            'usage',
            'Of which dataset?',
            'assay datasets lists them; --deleted needs none.',
            exitCodes.usage,
          );
        await showVersions(client, output, dataset);
      });
    });
}

async function showVersions(client: Client, output: Output, dataset: string): Promise<void> {
  const page = await client.datasets.versions({ params: { dataset }, query: { limit: 200 } });
  output.result(page, () => output.table(page.items, versionColumns, 'No versions.'));
}

/** Of one dataset, or of all. */
async function showDeleted(client: Client, output: Output, dataset: string | undefined): Promise<void> {
  const filter = dataset === undefined ? {} : { filter: `dataset = '${dataset.replaceAll("'", "''")}'` };
  const page = await client.datasetVersions.deleted({
    query: { limit: 200, sort: '-deletedAtMs', ...filter },
  });
  output.result(page, () =>
    output.table(
      page.items,
      [
        { title: 'version', value: (v) => `${v.dataset}@${v.version}` },
        { title: 'rows', value: (v) => formatCount(v.rows), align: 'right' },
        { title: 'deleted', value: (v) => formatTime(v.deletedAtMs ?? 0) },
        { title: 'restore with', value: (v) => `assay datasets restore ${v.id}` },
      ],
      'Nothing to restore.',
    ),
  );
}

function exportCommand(): Command {
  return new Command('export')
    .description('write the rows of a version to a file: CSV, TSV, JSON, Parquet, Arrow or Excel')
    .argument('<version>', 'flights@3')
    .requiredOption(
      '--to <file>',
      'its ending tells the format and, .gz or .zst, the compression: flights.csv.gz, flights.xlsx',
    )
    .addOption(
      new Option('--format <format>', 'where the ending does not tell').choices(DataExportFormat.options),
    )
    .option('-c, --columns <column...>', 'only these columns, in this order')
    .option('--where <condition>', "only rows for which this SQL condition holds: date < '2001-03-01'")
    .action(
      async (
        ref: string,
        options: { to: string; format?: DataExportFormat; columns?: string[]; where?: string },
        command: Command,
      ) => {
        const { output, withClient, finish } = contextOf(command);
        const to = {
          file: options.to,
          title: `Export ${ref}`,
          ...fileFormat(options.to, options.format),
          ...(options.columns ? { columns: options.columns } : {}),
          ...(options.where ? { where: options.where } : {}),
        };
        await withClient(async (client) => {
          const made = await exportTable(client, finish, { kind: 'version', versionId: ref }, to);
          output.result(made, () =>
            output.line(`${formatCount(made.rows)} rows, ${formatBytes(made.sizeBytes)}: ${made.path}`),
          );
        });
      },
    );
}

function pushCommand(): Command {
  return new Command('push')
    .description('send a version to a folder or bucket; only what is not there yet travels')
    .argument('<version>', 'flights@3')
    .requiredOption('--to <target>', 'a target, see assay targets')
    .action(async (ref: string, options: { to: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const job = await client.datasetRemotes.push({
          params: { versionId: ref },
          body: { target: options.to },
        });
        const pushed = DatasetPushResult.parse((await finish(client, job, `Push ${ref}`)).result);
        output.result(pushed, () => {
          const { dataset, version, sentFiles, files, sentBytes, where } = pushed;
          output.line(
            `${dataset}@${version} is at ${where}: ${formatCount(sentFiles)} of ${formatCount(files)} files sent, ${formatBytes(sentBytes)}.`,
          );
        });
      });
    });
}

function pullCommand(): Command {
  return new Command('pull')
    .description('fetch a version from a folder or bucket; only what is not here yet travels')
    .argument('<version>', 'flights, flights@3 or flights@production, as it was pushed')
    .requiredOption('--from <target>', 'a target, see assay targets')
    .option('--as <dataset>', 'another name here')
    .action(async (ref: string, options: { from: string; as?: string }, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const job = await client.datasetRemotes.pull({
          params: { target: options.from },
          body: { ref, ...(options.as ? { as: options.as } : {}) },
        });
        const pulled = ImportResult.parse((await finish(client, job, `Pull ${ref}`)).result);
        output.result(pulled, () => {
          const { dataset, version, rows, created } = pulled;
          output.line(
            `${dataset}@${version}: ${formatCount(rows)} rows${created ? '' : ', which were here already'}.`,
          );
        });
      });
    });
}

function tagCommand(): Command {
  return new Command('tag')
    .description('give a version a name, or move the name to it: assay datasets tag flights@3 production')
    .argument('<version>', 'flights@3')
    .argument('<name>', 'production')
    .action(async (ref: string, alias: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const { dataset, version } = await resolveVersion(client, ref);
        const named = await client.datasetVersions.setAlias({
          params: { dataset, alias },
          body: { version },
        });
        output.result(named, () => output.line(`${dataset}@${alias} is version ${version}.`));
      });
    });
}

function untagCommand(): Command {
  return new Command('untag')
    .description('take a name away: assay datasets untag flights production')
    .argument('<dataset>')
    .argument('<name>')
    .action(async (dataset: string, alias: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        await client.datasetVersions.deleteAlias({ params: { dataset, alias } });
        output.result({ dataset, alias }, () =>
          output.line(`No version of ${dataset} is named ${alias} now.`),
        );
      });
    });
}

function noteCommand(): Command {
  return new Command('note')
    .description('write what is worth knowing about a version')
    .argument('<version>', 'flights@3')
    .argument('<text>')
    .action(async (ref: string, note: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const { id } = await resolveVersion(client, ref);
        const version = await client.datasetVersions.update({ params: { versionId: id }, body: { note } });
        output.result(version, () => output.line(`Noted at ${version.dataset}@${version.version}.`));
      });
    });
}

function deleteCommand(): Command {
  return new Command('delete')
    .description('delete a version; it can be restored until the trash is emptied (assay db gc)')
    .argument('<version>', 'flights@3')
    .action(async (ref: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const version = await resolveVersion(client, ref);
        await client.datasets.deleteVersion({ params: { versionId: version.id } });
        output.result(version, () =>
          output.line(
            `Deleted ${version.dataset}@${version.version}. Take it back: assay datasets restore ${version.id}`,
          ),
        );
      });
    });
}

function restoreCommand(): Command {
  return new Command('restore')
    .description('take back a delete; without an id, list what can be restored')
    .argument('[id]', 'the id of a version')
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        if (id !== undefined) {
          const version = await client.datasetVersions.restore({ params: { versionId: id } });
          output.result(version, () => output.line(`Restored ${version.dataset}@${version.version}.`));
          return;
        }
        await showDeleted(client, output, undefined);
      });
    });
}
