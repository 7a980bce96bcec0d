import { Command } from 'commander';
import pc from 'picocolors';
import { contextOf } from '../context.ts';
import { numberOption } from '../number-option.ts';
import { formatNumber, formatTime } from '../output.ts';
import { findRun } from '../run-ref.ts';
import { exportRuns } from './runs-file.ts';
import { listGroups } from './runs-groups.ts';

export function runsCommand(): Command {
  return new Command('runs')
    .description('list runs, or show one of them')
    .argument('[run]', 'a run id, or its first digits')
    .option('-f, --filter <filter>', "for example: metrics.auc > 0.7 and params.trainer = 'gbdt'")
    .option('-s, --sort <fields>', 'for example: -metrics.auc,name; of groups: -count, -mean(metrics.auc)')
    .option('-m, --metrics <keys>', 'metric columns, separated by commas')
    .option('-n, --limit <n>', 'at most this many', numberOption, 30)
    .option('-g, --group-by <fields>', 'groups of runs instead, for example: params.trainer,tags.team')
    .option('--metric <keys>', 'with --group-by: mean, deviation, lowest and highest of these metrics')
    .option('--export <file>', 'writes all matching runs into a file that ends in .csv or .parquet')
    .option('--fields <fields>', 'with --export: the columns, for example: name,metrics.auc,params.*')
    .action(async (run: string | undefined, options: Options, command: Command) => {
      if (run) await showRun(command, run);
      else if (options.export) await exportRuns(command, options.export, options);
      else if (options.groupBy) await listGroups(command, options.groupBy, options);
      else await listRuns(command, options);
    });
}

type Options = {
  filter?: string;
  sort?: string;
  metrics?: string;
  metric?: string;
  groupBy?: string;
  export?: string;
  fields?: string;
  limit: number;
};

async function listRuns(command: Command, options: Options): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const query = {
      sort: options.sort ?? '-startedAtMs',
      limit: options.limit,
      ...(options.filter ? { filter: options.filter } : {}),
    };
    const page = await client.runs.list({ query });
    const keys =
      options.metrics?.split(',').map((key) => key.trim()) ??
      [...new Set(page.items.flatMap((run) => Object.keys(run.metrics ?? {})))]
        .filter((key) => !key.includes('/'))
        .slice(0, 5);
    output.result(page, () => {
      output.table(
        page.items,
        [
          { title: 'run', value: (r) => r.id.slice(0, 8) },
          { title: 'name', value: (r) => r.name ?? '' },
          { title: 'status', value: (r) => statusColour(r.status ?? '') },
          { title: 'trainer', value: (r) => r.params?.trainer ?? '' },
          ...keys.map((key) => ({
            title: key,
            value: (r: (typeof page.items)[number]) => formatNumber(r.metrics?.[key]?.last),
            align: 'right' as const,
          })),
          { title: 'started', value: (r) => formatTime(r.startedAtMs) },
        ],
        options.filter ? 'No run matches.' : 'No runs yet. Train one: assay train --dataset … --target …',
      );
      if (page.nextCursor) output.note(pc.dim(`More runs match; --limit shows more than ${options.limit}.`));
    });
  });
}

async function showRun(command: Command, ref: string): Promise<void> {
  const { output, withClient } = contextOf(command);
  await withClient(async (client) => {
    const run = await client.runs.get({ params: { runId: await findRun(client, ref) } });
    output.result(run, () => {
      output.line(`${pc.bold(run.name)}  ${statusColour(run.status)}  ${pc.dim(run.id)}`);
      const entries = (title: string, pairs: [string, string][]): void => {
        if (pairs.length === 0) return;
        output.line();
        output.table(
          pairs,
          [
            { title, value: ([key]) => key },
            { title: '', value: ([, value]) => value },
          ],
          '',
        );
      };
      entries(
        'metric',
        Object.entries(run.metrics).map(([key, m]) => [key, formatNumber(m.last)]),
      );
      entries('param', Object.entries(run.params));
      entries('tag', Object.entries(run.tags));
      entries(
        'input',
        run.inputs.map((input) => [`${input.name} (${input.context})`, input.digest.slice(0, 19)]),
      );
      if (run.notes) output.line(`\n${run.notes}`);
    });
  });
}

export function statusColour(status: string): string {
  switch (status) {
    case 'finished':
    case 'succeeded':
      return pc.green(status);
    case 'failed':
    case 'dead':
      return pc.red(status);
    case 'running':
      return pc.cyan(status);
    default:
      return pc.yellow(status);
  }
}
