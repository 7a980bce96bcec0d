import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { formatBytes, formatCount } from '../output.ts';

export function dvcCommand(): Command {
  return new Command('dvc')
    .description('what DVC keeps, and versions of datasets as files of its repositories')
    .addCommand(outputsCommand());
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
