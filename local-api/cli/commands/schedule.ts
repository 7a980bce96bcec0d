import { Argument, Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { Schedule } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatTime, type Output } from '../output.ts';
import { type BatchOptions, batchRequest, withBatchOptions } from './batch.ts';

const actions = ['list', 'show', 'add', 'run', 'pause', 'resume', 'delete'] as const;

type Options = BatchOptions & {
  cron?: string;
  timeZone: string;
  model?: string;
  catchUp?: boolean;
  csv?: boolean;
};

export function scheduleCommand(): Command {
  return withBatchOptions(
    new Command('schedule')
      .description('batch predictions that start by themselves: list, add, run now, pause, delete')
      .addArgument(new Argument('[action]', 'what to do').choices(actions).default('list'))
      .argument('[name]', 'a schedule')
      .option('--cron <times>', 'minute, hour, day of month, month, day of week: "0 6 * * mon-fri"')
      .option('--time-zone <name>', 'of these times', 'UTC')
      .option('-m, --model <model>', 'name@alias, name/1.0.0, or name for the newest version'),
  )
    .option('--csv', 'write CSV instead of Parquet')
    .option('--catch-up', 'run once when the engine was not running at a time')
    .action(
      async (
        action: (typeof actions)[number],
        name: string | undefined,
        options: Options,
        command: Command,
      ) => {
        const { output, withClient } = contextOf(command);
        await withClient(async (client) => {
          if (action === 'list') return listSchedules(client, output);
          if (name === undefined)
            throw usage('Which schedule?', `For example: assay schedule ${action} nightly`);
          if (action === 'add') return show(output, await add(client, name, options));
          const schedule = await named(client, name);
          const params = { scheduleId: schedule.id };
          if (action === 'show') return showRuns(client, output, schedule);
          if (action === 'delete') {
            await client.schedules.delete({ params });
            return output.result({ deleted: name }, () => output.line(`${pc.green('✓')} deleted ${name}`));
          }
          if (action === 'run') {
            const run = await client.schedules.run({ params });
            return output.result(run, () => output.line(`${pc.green('✓')} started ${run.jobId ?? ''}`));
          }
          show(output, await client.schedules.update({ params, body: { isPaused: action === 'pause' } }));
        });
      },
    );
}

async function add(client: Client, name: string, options: Options): Promise<Schedule> {
  if (options.model === undefined || options.cron === undefined)
    throw usage(
      'What, and when?',
      'For example: assay schedule add nightly --cron "0 6 * * *" --model late-flights@champion --data flights',
    );
  const request = await batchRequest(client, options.model, options);
  return client.schedules.create({
    body: {
      name,
      cron: options.cron,
      timeZone: options.timeZone,
      catchUp: options.catchUp ? 'once' : 'skip',
      work: { kind: 'batch', request: { ...request, format: options.csv ? 'csv' : 'parquet' } },
    },
  });
}

async function named(client: Client, name: string): Promise<Schedule> {
  const { items } = await client.schedules.list();
  const found = items.find((schedule) => schedule.name === name || schedule.id === name);
  if (found) return found;
  throw new CommandFailure(
    'schedules/not-found',
    `There is no schedule ${name}.`,
    'assay schedule lists them.',
    exitCodes.notFound,
  );
}

function workText({ work }: Schedule): string {
  if (work.kind === 'training') return `train on ${work.dataset}`;
  const { model, source } = work.request;
  const rows = source.kind === 'dataset' || source.kind === 'sql' ? source.dataset : 'a file';
  return `predict ${rows} with ${model}`;
}

function nextText({ isPaused, nextRunAtMs }: Schedule): string {
  return isPaused ? 'paused' : formatTime(nextRunAtMs);
}

function show(output: Output, schedule: Schedule): void {
  output.result(schedule, () =>
    output.line(
      `${pc.green('✓')} ${pc.bold(schedule.name)}: ${workText(schedule)}, ${schedule.cron} (${schedule.timeZone}), next ${nextText(schedule)} UTC`,
    ),
  );
}

async function showRuns(client: Client, output: Output, schedule: Schedule): Promise<void> {
  const { items } = await client.schedules.runs({ params: { scheduleId: schedule.id } });
  output.result({ ...schedule, runs: items }, () => {
    output.line(`${pc.bold(schedule.name)}: ${workText(schedule)}, ${schedule.cron} (${schedule.timeZone})`);
    output.table(
      items,
      [
        { title: 'time (UTC)', value: (run) => formatTime(run.dueAtMs) },
        { title: 'what came of it', value: (run) => `${run.outcome}${run.byHand ? ' by hand' : ''}` },
        { title: 'job', value: (run) => run.jobId ?? '' },
        { title: '', value: (run) => pc.dim(run.message) },
      ],
      'It has not run yet.',
    );
  });
}

async function listSchedules(client: Client, output: Output): Promise<void> {
  const { items } = await client.schedules.list();
  output.result({ items }, () =>
    output.table(
      items,
      [
        { title: 'schedule', value: (s) => s.name },
        { title: 'what', value: workText },
        { title: 'when', value: (s) => `${s.cron} (${s.timeZone})` },
        { title: 'next (UTC)', value: nextText },
        { title: 'last', value: (s) => s.lastRun?.outcome ?? '' },
      ],
      'No schedules yet: assay schedule add nightly --cron "0 6 * * *" --model <model> --data <dataset>',
    ),
  );
}

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}
