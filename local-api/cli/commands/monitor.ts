import { Argument, Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { Monitor } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { type DefinitionOptions, definitionOf, numberOption, usage } from '../monitor-definition.ts';
import { formatNumber, formatTime, type Output } from '../output.ts';

const actions = [
  'list',
  'show',
  'create',
  'run',
  'mute',
  'unmute',
  'on',
  'off',
  'delete',
  'alerts',
  'ack',
] as const;
type Action = (typeof actions)[number];

type Options = DefinitionOptions & { for: string; note: string; failOnBreach?: boolean };

/** Exit code of `assay monitor run --fail-on-breach` when the rule was broken, as that of `assay drift --fail-on-drift`. */
const BREACH = 10;

export function monitorCommand(): Command {
  return new Command('monitor')
    .description(
      'look at data and endpoints again and again: list, create, check now, mute; what they found, alerts',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('list'))
    .argument('[name]', 'a monitor; for ack an alert')
    .option('-f, --from <file>', 'create: the definition as YAML or JSON')
    .option('--dataset <name>', 'create: watch the newest version of this dataset')
    .option('--endpoint <name>', 'create: watch the last requests of this endpoint')
    .option(
      '--kind <kind>',
      'create: drift, quality, validation; of an endpoint endpoint-drift, estimate, performance',
    )
    .option('--against <version>', 'create: flights@3; the version before the newest when left out')
    .option('--cron <times>', 'create: check at times, "0 6 * * *"; on each new version when left out')
    .option('--time-zone <name>', 'of these times', 'UTC')
    .option('--every <requests>', 'create: check every so many logged requests')
    .option('--metric <figure>', 'create: the figure that the rule is about')
    .option('--above <limit>', 'create: a breach is a figure above it')
    .option('--below <limit>', 'create: a breach is a figure below it')
    .option('--unusual [deviations]', 'create: a breach is a figure so many standard deviations from usual')
    .option('--consecutive <checks>', 'create: breaches in a row until an alert is raised', '1')
    .option('--cool-down <minutes>', 'create: after an alert, no other one for so long', '60')
    .option('--severity <severity>', 'create: info, warning or critical', 'warning')
    .option('--for <hours>', 'mute: for so long', '24')
    .option('--note <text>', 'ack: what you found, or what you are going to do', '')
    .option('--fail-on-breach', `run: end with exit code ${BREACH} when the rule is broken`)
    .action(async (action: Action, name: string | undefined, options: Options, command: Command) => {
      const { output, withClient } = contextOf(command);
      await withClient(async (client) => {
        if (action === 'list') return listMonitors(client, output);
        if (action === 'alerts') return listAlerts(client, output);
        if (action === 'create')
          return show(
            output,
            await client.monitors.create({ body: await definitionOf(client, name, options) }),
          );
        if (name === undefined)
          throw usage(
            `Which ${action === 'ack' ? 'alert' : 'monitor'}?`,
            `For example: assay monitor ${action} flights`,
          );
        if (action === 'ack') {
          const alert = await client.monitorAlerts.acknowledge({
            params: { alertId: name },
            body: { note: options.note },
          });
          return output.result(alert, () => output.line(`${pc.green('✓')} acknowledged: ${alert.title}`));
        }
        const monitor = await named(client, name);
        const params = { monitorId: monitor.id };
        switch (action) {
          case 'show':
            return showMonitor(client, output, monitor);
          case 'run':
            return run(client, output, monitor, options.failOnBreach === true);
          case 'delete':
            await client.monitors.delete({ params });
            return output.result({ deleted: monitor.name }, () =>
              output.line(`${pc.green('✓')} deleted ${monitor.name}`),
            );
          default:
            return show(output, await client.monitors.update({ params, body: changeOf(action, options) }));
        }
      });
    });
}

function changeOf(action: 'mute' | 'unmute' | 'on' | 'off', options: Options) {
  if (action === 'on' || action === 'off') return { isEnabled: action === 'on' };
  if (action === 'unmute') return { mutedUntilMs: null };
  return { mutedUntilMs: Date.now() + numberOption(options.for, '--for') * 3_600_000 };
}

async function named(client: Client, name: string): Promise<Monitor> {
  const { items } = await client.monitors.list();
  const found = items.find((monitor) => monitor.name === name || monitor.id === name);
  if (found) return found;
  throw new CommandFailure(
    'monitors/not-found',
    `There is no monitor ${name}.`,
    'assay monitor lists them.',
    exitCodes.notFound,
  );
}

async function run(client: Client, output: Output, monitor: Monitor, failOnBreach: boolean): Promise<void> {
  const params = { monitorId: monitor.id };
  let check = await client.monitors.run({ params });
  while (check.outcome === 'running') {
    if (check.jobId !== null) await client.waitForJob(check.jobId);
    else await new Promise((resolve) => setTimeout(resolve, 200));
    const { items } = await client.monitors.checks({ params, query: { limit: 10 } });
    check = items.find(({ id }) => id === check.id) ?? check;
  }
  output.result(check, () => {
    const mark = check.outcome === 'breach' ? pc.yellow('breach') : check.outcome;
    output.line(`${monitor.name}: ${mark}. ${check.message}${check.subject ? ` (${check.subject})` : ''}`);
  });
  if (failOnBreach && check.outcome === 'breach') process.exitCode = BREACH;
}

function stateText({ isEnabled, state, mutedUntilMs }: Monitor): string {
  if (!isEnabled) return 'off';
  const muted = mutedUntilMs !== null && mutedUntilMs > Date.now() ? ', muted' : '';
  return `${state === 'firing' ? pc.red(state) : state}${muted}`;
}

function watchText({ watch }: Monitor): string {
  return `${watch.kind} of ${'dataset' in watch ? watch.dataset : watch.endpoint}`;
}

function whenText({ schedule }: Monitor): string {
  if (schedule.kind === 'cron') return `${schedule.cron} (${schedule.timeZone})`;
  return schedule.kind === 'versions' ? 'each new version' : `every ${schedule.every} requests`;
}

function show(output: Output, monitor: Monitor): void {
  output.result(monitor, () =>
    output.line(
      `${pc.green('✓')} ${pc.bold(monitor.name)}: ${watchText(monitor)}, ${whenText(monitor)}, ${stateText(monitor)}`,
    ),
  );
}

async function showMonitor(client: Client, output: Output, monitor: Monitor): Promise<void> {
  const { items } = await client.monitors.checks({
    params: { monitorId: monitor.id },
    query: { limit: 20 },
  });
  output.result({ ...monitor, checks: items }, () => {
    output.line(
      `${pc.bold(monitor.name)}: ${watchText(monitor)}, ${whenText(monitor)}, ${stateText(monitor)}`,
    );
    output.table(
      items,
      [
        { title: 'time (UTC)', value: (check) => formatTime(check.startedAtMs) },
        {
          title: 'what came of it',
          value: (check) => (check.outcome === 'breach' ? pc.yellow('breach') : check.outcome),
        },
        {
          title: monitor.rule.metric,
          value: (check) => formatNumber(check.values[monitor.rule.metric] ?? null),
          align: 'right',
        },
        { title: '', value: (check) => pc.dim(check.message) },
      ],
      `Not checked yet: assay monitor run "${monitor.name}"`,
    );
  });
}

async function listMonitors(client: Client, output: Output): Promise<void> {
  const { items } = await client.monitors.list();
  output.result({ items }, () =>
    output.table(
      items,
      [
        { title: 'monitor', value: (m) => m.name },
        { title: 'state', value: stateText },
        { title: 'watches', value: watchText },
        { title: 'checks', value: whenText },
        {
          title: 'last',
          value: (m) => `${m.rule.metric} ${formatNumber(m.lastCheck?.values[m.rule.metric] ?? null)}`,
        },
        { title: 'checked (UTC)', value: (m) => formatTime(m.lastCheck?.endedAtMs ?? null) },
      ],
      'No monitors yet: assay monitor create --dataset <dataset> --against <dataset>@1',
    ),
  );
}

async function listAlerts(client: Client, output: Output): Promise<void> {
  const { items, unread } = await client.monitorAlerts.list({ query: { limit: 50 } });
  output.result({ items, unread }, () =>
    output.table(
      items,
      [
        { title: 'alert', value: (alert) => alert.id },
        {
          title: 'state',
          value: (alert) => (alert.state === 'firing' ? pc.red(alert.severity) : pc.dim('over')),
        },
        { title: 'since (UTC)', value: (alert) => formatTime(alert.sinceMs) },
        { title: 'monitor', value: (alert) => alert.monitor },
        { title: 'what', value: (alert) => alert.title },
      ],
      'No alerts.',
    ),
  );
}
