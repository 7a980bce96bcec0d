import { resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatCount } from '../output.ts';
import { exportedRuns } from '../runs-export/exported-runs.ts';
import { createMlflowSender } from '../runs-export/mlflow-server.ts';
import { createMlrunsWriter, prepareFolder } from '../runs-export/mlruns-folder.ts';

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
      const skipped = new Map<string, { reason: string; count: number; examples: string[] }>();
      const skip = (reason: string, what: string): void => {
        const entry = skipped.get(reason) ?? { reason, count: 0, examples: [] };
        skipped.set(reason, entry);
        entry.count += 1;
        if (entry.examples.length < 5) entry.examples.push(what);
      };
      const target = folder === undefined ? (options.to ?? '') : resolve(folder);
      await withClient(async (client) => {
        if (folder !== undefined) await prepareFolder(target);
        const write =
          folder === undefined
            ? createMlflowSender(target, credentials(), skip)
            : createMlrunsWriter(target, skip);
        const { count: total } = await client.runs.count({
          query: options.filter === undefined ? {} : { filter: options.filter },
        });
        const progress = output.progress('Export runs');
        const done = { runs: 0, alreadyThere: 0, files: 0 };
        for await (const each of exportedRuns(client, options.filter)) {
          progress.update((done.runs + done.alreadyThere) / Math.max(1, total), each.run.name);
          const files = await write(each);
          if (files === null) done.alreadyThere += 1;
          else done.runs += 1;
          done.files += files ?? 0;
        }
        progress.done();
        output.result({ target, ...done, skipped: [...skipped.values()] }, () => {
          const there = done.alreadyThere > 0 ? `, ${formatCount(done.alreadyThere)} were there already` : '';
          output.line(
            `${pc.green('✓')} ${formatCount(done.runs)} runs and ${formatCount(done.files)} files to ${target}${there}`,
          );
          for (const { reason, count, examples } of skipped.values()) {
            output.line(pc.yellow(`! ${formatCount(count)} × ${reason}`));
            for (const example of examples) output.line(pc.dim(`    ${example}`));
          }
          if (folder !== undefined) {
            output.line(pc.dim(`  MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${target}`));
          }
        });
      });
    });
}

function credentials() {
  const { MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD } = process.env;
  return {
    token: MLFLOW_TRACKING_TOKEN,
    username: MLFLOW_TRACKING_USERNAME,
    password: MLFLOW_TRACKING_PASSWORD,
  };
}
