import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { MlflowCredentials, RunExportTarget } from '../../contract/index.ts';
import { exportRuns } from '../../run-exports/export-runs.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount } from '../output.ts';

type Options = { filter?: string; to?: string };

export function runsExportCommand(): Command {
  return new Command('runs-export')
    .description('write runs into an mlruns folder that MLflow opens, or send them to an MLflow server')
    .argument('[folder]', 'a new or empty folder')
    .option(
      '-f, --filter <filter>',
      "only these runs, for example: metrics.auc > 0.7 and tags.team = 'vision'",
    )
    .option(
      '--to <url>',
      'an MLflow server instead of a folder; signs in with MLFLOW_TRACKING_TOKEN or _USERNAME and _PASSWORD',
    )
    .action(async (folder: string | undefined, options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      if ((folder === undefined) === (options.to === undefined)) {
        throw new CommandFailure(
          'usage',
          'Give a folder, or --to with an address.',
          'One of the two.',
          exitCodes.usage,
        );
      }
      const target: RunExportTarget =
        folder === undefined
          ? { kind: 'mlflow', url: options.to ?? '' }
          : { kind: 'mlruns', folder: resolve(folder) };
      await withClient(async (client) => {
        const progress = output.progress('Export runs');
        const done = await exportRuns(client, {
          selection: { filter: options.filter },
          target,
          credentials: credentials(),
          signal: new AbortController().signal,
          progress: progress.update,
        });
        if (target.kind === 'mlruns')
          await (await import('../../../engine/exchange/index.ts')).finishMlrunsFolder(target.folder);
        progress.done();
        const where = target.kind === 'mlruns' ? target.folder : target.url;
        const { runs, alreadyThere, files, skipped } = done;
        output.result({ ...done, target: where }, () => {
          const there = alreadyThere > 0 ? `, ${formatCount(alreadyThere)} were there already` : '';
          output.line(
            `${pc.green('✓')} ${formatCount(runs)} runs and ${formatCount(files)} files to ${where}${there}`,
          );
          for (const { reason, count, examples } of skipped) {
            output.line(pc.yellow(`! ${formatCount(count)} × ${reason}`));
            for (const example of examples) output.line(pc.dim(`    ${example}`));
          }
          if (target.kind === 'mlruns') {
            output.line(pc.dim(`  MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${where}`));
          }
        });
      });
    });
}

function credentials(): MlflowCredentials | null {
  const { MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD } = process.env;
  if (MLFLOW_TRACKING_TOKEN !== undefined) return { kind: 'token', token: MLFLOW_TRACKING_TOKEN };
  if (MLFLOW_TRACKING_USERNAME === undefined) return null;
  return {
    kind: 'password',
    username: MLFLOW_TRACKING_USERNAME,
    password: MLFLOW_TRACKING_PASSWORD ?? '',
  };
}
