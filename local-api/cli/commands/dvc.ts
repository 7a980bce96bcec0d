import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { DataExportFormat, DvcExportResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { formatBytes, formatCount } from '../output.ts';

export function dvcCommand(): Command {
  return new Command('dvc')
    .description('what DVC keeps, and versions of datasets as files of its repositories')
    .addCommand(outputsCommand())
    .addCommand(exportCommand());
}

type ExportOptions = {
  repo: string;
  out: string;
  push?: string | true;
  connection?: string;
  force?: boolean;
  format?: DataExportFormat;
  columns?: string[];
  where?: string;
};

function exportCommand(): Command {
  return new Command('export')
    .description(
      'write a version as a file that DVC keeps: assay dvc export flights@3 --out data/flights.parquet --push',
    )
    .argument('<version>', 'flights@3')
    .requiredOption(
      '--out <file>',
      'from the folder of --repo; its ending tells the format and, .gz or .zst, the compression',
    )
    .option('--repo <folder>', 'a repository of DVC, or a folder in one', '.')
    .option('--push [remote]', 'send the file to a remote of DVC, too (default: its default remote)')
    .option('--connection <name>', 'a connection with the credentials of the remote')
    .option('--force', 'replace a file that DVC does not keep, or that has changed since DVC took it')
    .addOption(
      new Option('--format <format>', 'where the ending does not tell').choices(DataExportFormat.options),
    )
    .option('-c, --columns <column...>', 'only these columns, in this order')
    .option('--where <condition>', "only rows for which this SQL condition holds: date < '2001-03-01'")
    .action(async (ref: string, options: ExportOptions, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const { repo, push, force = false, ...others } = options;
      await withClient(async (client) => {
        const job = await client.dvc.export({
          params: { versionId: ref },
          body: {
            ...others,
            repository: resolve(repo),
            force,
            ...(push === undefined ? {} : { push: push === true ? '' : push }),
          },
        });
        const made = DvcExportResult.parse((await finish(client, job, `Export ${ref}`)).result);
        output.result(made, () => {
          const { rows, sizeBytes, path, created, pushed, md5 } = made;
          const now = created ? '' : ' (it was there already)';
          output.line(
            `${pc.green('✓')} ${formatCount(rows)} rows, ${formatBytes(sizeBytes)}: ${relative(process.cwd(), path) || path}${now}`,
          );
          output.line(pc.dim(`  md5 ${md5}`));
          if (pushed !== null)
            output.line(`${pushed.sent ? 'Sent to' : 'Was there already:'} ${pushed.where}`);
          const toCommit = [made.dvcFile, ...(made.ignoredIn === null ? [] : [made.ignoredIn])];
          if (created)
            output.line(
              pc.dim(`  git add ${toCommit.map((file) => relative(process.cwd(), file)).join(' ')}`),
            );
        });
      });
    });
}

function outputsCommand(): Command {
  return new Command('outputs')
    .description('the outputs that can be imported: assay import dvc.lock --output data/train.csv')
    .argument('[path]', 'a .dvc file, a dvc.lock or dvc.yaml, or a folder', '.')
    .action(async (path: string, _: unknown, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        const found = await client.dvc.inspect({ body: { path: resolve(path) } });
        output.result(found, () => {
          output.table(
            found.outputs,
            [
              { title: 'output', value: (o) => (o.isDirectory ? `${o.name}/` : o.name) },
              { title: 'stage', value: (o) => o.stage ?? '' },
              {
                title: 'size',
                value: (o) => (o.sizeBytes === null ? '' : formatBytes(o.sizeBytes)),
                align: 'right',
              },
              {
                title: 'files',
                value: (o) => (o.files === null ? '' : formatCount(o.files)),
                align: 'right',
              },
              {
                title: 'here',
                value: (o) =>
                  [o.inRepository ? 'repository' : '', o.inCache ? 'cache' : ''].filter(Boolean).join(', '),
              },
              { title: 'md5', value: (o) => o.md5 },
            ],
            'no outputs',
          );
          for (const { name, url, isDefault, connection } of found.remotes)
            output.line(
              pc.dim(
                `remote ${name}${isDefault ? ' (default)' : ''}: ${url}${connection === null ? '' : `, with the connection ${connection}`}`,
              ),
            );
          for (const { message } of found.problems) output.line(pc.yellow(`! ${message}`));
        });
      });
    });
}
