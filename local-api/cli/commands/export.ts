import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { ExportResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes } from '../output.ts';

export function exportCommand(): Command {
  return new Command('export')
    .description('write a model version as a folder that runs anywhere')
    .argument('<model>', 'name@alias or name/1.0.0')
    .argument('[folder]', 'where to write it (default: exports/ in the workspace)')
    .option('--overwrite', 'replace what is in the folder')
    .option('--with-server', 'also write a server for it: one file, package.json and Dockerfile')
    .action(
      async (
        ref: string,
        folder: string | undefined,
        options: { overwrite?: boolean; withServer?: boolean },
        command: Command,
      ) => {
        const { output, withClient, finish } = contextOf(command);
        const { model, version } = splitRef(ref);
        await withClient(async (client) => {
          const job = await client.models.export({
            params: { model, version },
            body: {
              overwrite: options.overwrite === true,
              withServer: options.withServer === true,
              ...(folder ? { path: resolve(folder) } : {}),
            },
          });
          const ended = await finish(client, job, `Export ${ref}`);
          const result = ExportResult.parse(ended.result);
          output.result(result, () => {
            output.line(`${pc.green('✓')} ${result.path}`);
            output.table(
              result.files,
              [
                { title: 'file', value: (f) => f.path },
                { title: 'size', value: (f) => formatBytes(f.sizeBytes), align: 'right' },
              ],
              'no files',
            );
          });
        });
      },
    );
}

function splitRef(ref: string): { model: string; version: string } {
  const at = ref.lastIndexOf('@');
  if (at > 0) return { model: ref.slice(0, at), version: ref.slice(at) };
  const slash = ref.lastIndexOf('/');
  if (slash > 0) return { model: ref.slice(0, slash), version: ref.slice(slash + 1) };
  throw new CommandFailure(
    'usage',
    `"${ref}" names no version.`,
    `Write ${ref}@champion or ${ref}/1.0.0.`,
    exitCodes.usage,
  );
}
