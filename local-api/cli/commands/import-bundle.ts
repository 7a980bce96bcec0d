import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { ImportBundleResult } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { printReport } from './verify.ts';

export function importBundleCommand(): Command {
  return new Command('import-bundle')
    .description('register the model of a bundle, with its version and lineage')
    .argument('<path>', 'the archive, or the folder unpacked from it')
    .option('--name <model>', 'register it under another name')
    .option('--accept-unknown-signer', 'take it although nobody here trusts its key')
    .action(async (path: string, options: { name?: string; acceptUnknownSigner?: boolean }, own: Command) => {
      const { output, withClient, finish } = contextOf(own);
      await withClient(async (client) => {
        const job = await client.bundles.import({
          body: {
            path: resolve(path),
            acceptUnknownSigner: options.acceptUnknownSigner === true,
            ...(options.name === undefined ? {} : { name: options.name }),
          },
        });
        const result = ImportBundleResult.parse((await finish(client, job, 'Import')).result);
        output.result(result, () => {
          printReport(result.report, output);
          const what = `${pc.bold(result.model)} ${result.version}`;
          output.line(
            result.change === 'added' ? `${pc.green('✓')} Registered ${what}.` : `${what} is here already.`,
          );
        });
      });
    });
}
