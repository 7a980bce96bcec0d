import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { RunImportResult, RunSourceFormat } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount } from '../output.ts';

type Options = { format?: string; experiment?: string; artifacts: boolean; artifactsRoot?: string };

export function runsImportCommand(): Command {
  return new Command('runs-import')
    .description('take over runs of MLflow, W&B, TensorBoard or Aim; again adds only what is new')
    .argument(
      '<path>',
      'mlflow.db, an mlruns folder, a W&B run folder, a TensorBoard log folder, an export of Aim',
    )
    .option(
      '--format <format>',
      `instead of telling it from the content: ${RunSourceFormat.options.join(', ')}`,
    )
    .option('-e, --experiment <name>', 'experiment for sources that know none (TensorBoard)')
    .option('--no-artifacts', 'leave files behind')
    .option(
      '--artifacts-root <folder>',
      'where the MLflow server kept its files, when they are not beside its database',
    )
    .action(async (path: string, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      const format = options.format === undefined ? undefined : formatNamed(options.format);
      await withClient(async (client) => {
        const job = await client.runImports.start({
          body: {
            path: resolve(path),
            artifacts: options.artifacts,
            ...(format === undefined ? {} : { format }),
            ...(options.experiment === undefined ? {} : { experiment: options.experiment }),
            ...(options.artifactsRoot === undefined ? {} : { artifactsRoot: resolve(options.artifactsRoot) }),
          },
        });
        const ended = await finish(client, job, 'Import runs');
        const result = RunImportResult.parse(ended.result);
        output.result(result, () => {
          const { runs, points, files, skipped } = result;
          output.line(
            `${pc.green('✓')} ${result.format}: ${formatCount(runs.added)} runs added, ${formatCount(runs.updated)} updated, ${formatCount(runs.unchanged)} there already; ${formatCount(points)} metric points, ${formatCount(files)} files`,
          );
          for (const { reason, count, examples } of skipped) {
            output.line(pc.yellow(`! ${formatCount(count)} × ${reason}`));
            for (const example of examples) output.line(pc.dim(`    ${example}`));
          }
        });
      });
    });
}

function formatNamed(name: string): RunSourceFormat {
  const format = RunSourceFormat.safeParse(name);
  if (format.success) return format.data;
  throw new CommandFailure(
    'usage',
    `There is no format "${name}".`,
    `Formats: ${RunSourceFormat.options.join(', ')}.`,
    exitCodes.usage,
  );
}
