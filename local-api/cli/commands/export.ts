import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { ExportResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatBytes } from '../output.ts';

type ExportOptions = { format: 'folder' | 'zip' | 'bundle'; overwrite?: boolean; withServer?: boolean };

export function exportCommand(): Command {
  return new Command('export')
    .description('write a model version as a folder or an archive that runs anywhere')
    .argument('<model>', 'name@alias or name/1.0.0')
    .argument('[target]', 'folder or file to write (default: in exports/ of the workspace)')
    .addOption(
      new Option(
        '--format <format>',
        'zip: the folder as one file; bundle: signed, with provenance and golden rows',
      )
        .choices(['folder', 'zip', 'bundle'] as const)
        .default('folder' as const),
    )
    .option('--overwrite', 'replace what an earlier export wrote there')
    .option('--with-server', 'also write a server into the folder: one file, package.json and Dockerfile')
    .action(async (ref: string, target: string | undefined, options: ExportOptions, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const { model, version } = splitRef(ref);
      await withClient(async (client) => {
        const job = await client.models.export({
          params: { model, version },
          body: {
            format: options.format,
            overwrite: options.overwrite === true,
            withServer: options.withServer === true,
            ...(target ? { path: resolve(target) } : {}),
          },
        });
        const ended = await finish(client, job, `Export ${ref}`);
        const result = ExportResult.parse(ended.result);
        output.result(result, () => {
          output.line(`${pc.green('✓')} ${result.path}`);
          if (result.bundleDigest) output.line(pc.dim(`bundle ${result.bundleDigest}`));
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
    });
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
