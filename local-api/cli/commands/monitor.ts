import { readFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import pc from 'picocolors';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Client } from '../../client/index.ts';
import {
  AlertSeverity,
  CreateMonitor,
  type CreateMonitorInput,
  type Monitor,
  type MonitorKind,
  monitorMetrics,
} from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatNumber, formatTime, type Output } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';

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

type Options = {
  from?: string;
  kind?: MonitorKind;
  dataset?: string;
  endpoint?: string;
  against?: string;
  cron?: string;
  timeZone: string;
  every?: string;
  metric?: string;
  above?: string;
  below?: string;
  unusual?: string;
  consecutive: string;
  coolDown: string;
  severity: string;
  for: string;
  note: string;
  failOnBreach?: boolean;
};

/** Exit code of `assay monitor run --fail-on-breach` when the rule was broken, as that of `assay drift --fail-on-drift`. */
const BREACH = 10;

export function monitorCommand(): Command {
  return new Command('monitor')
    .description(
      'look at data and endpoints again and again: list, create, check now, mute; what they found, alerts',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('list'))
    .argument('[name]', 'a monitor; for ack an alert')
    .option('--from <file>', 'create: the definition as YAML or JSON')
    .option('--dataset <name>', 'create: watch the newest version of this dataset')
    .option('--endpoint <name>', 'create: hold the answers of this endpoint against the truth')
    .option('--kind <kind>', 'create: drift, quality or performance')
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
        if (action === 'create') return show(output, await create(client, name, options));
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
  return { mutedUntilMs: Date.now() + number(options.for, '--for') * 3_600_000 };
}

async function create(client: Client, name: string | undefined, options: Options): Promise<Monitor> {
  const body =
    options.from === undefined
      ? await ofOptions(client, name, options)
      : await ofFile(client, options.from, name);
  return client.monitors.create({ body });
}

/** The definition as the API takes it; a dataset version may be written as flights@3. */
const FileReference = z.object({
  watch: z.object({ reference: z.object({ kind: z.literal('version'), version: z.string() }) }),
});

async function ofFile(client: Client, path: string, name: string | undefined): Promise<CreateMonitorInput> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandFailure(
      'usage',
      `${path} cannot be read.`,
      'Name a YAML or JSON file.',
      exitCodes.usage,
    );
  });
  const document: unknown = parse(text);
  const withVersion = FileReference.safeParse(document);
  if (withVersion.success) {
    const { id } = await resolveVersion(client, withVersion.data.watch.reference.version);
    Object.assign((document as z.infer<typeof FileReference>).watch.reference, { versionId: id });
  }
  const read = CreateMonitor.safeParse(
    name === undefined || typeof document !== 'object' ? document : { ...document, name },
  );
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new CommandFailure(
    'usage',
    `${path} is no monitor: ${faults.join('; ')}.`,
    'docs/guide/monitors.md has an example.',
    exitCodes.usage,
  );
}

async function ofOptions(
  client: Client,
  name: string | undefined,
  options: Options,
): Promise<CreateMonitorInput> {
  const { dataset, endpoint } = options;
  const subject = dataset ?? endpoint;
  if (subject === undefined)
    throw usage(
      'What is to be watched?',
      'For example: assay monitor create --dataset flights --against flights@1',
    );
  const kind = options.kind ?? (dataset === undefined ? 'performance' : 'drift');
  const metrics = monitorMetrics[kind];
  if (metrics === undefined)
    throw usage(`There is no kind "${kind}".`, `Kinds: ${Object.keys(monitorMetrics).join(', ')}`);
  return CreateMonitor.parse({
    name: name ?? `${subject} ${kind}`,
    watch:
      kind === 'performance'
        ? { kind, endpoint: subject }
        : kind === 'quality'
          ? { kind, dataset: subject }
          : { kind, dataset: subject, reference: await referenceOf(client, options.against) },
    schedule: scheduleOf(options, kind),
    rule: {
      metric: options.metric ?? metrics[0]?.id,
      when: conditionOf(options, kind),
      consecutive: number(options.consecutive, '--consecutive'),
      coolDownMinutes: number(options.coolDown, '--cool-down'),
      severity: AlertSeverity.parse(options.severity),
    },
  });
}

async function referenceOf(client: Client, against: string | undefined) {
  if (against === undefined) return { kind: 'previous' as const };
  return { kind: 'version' as const, versionId: (await resolveVersion(client, against)).id };
}

function scheduleOf({ cron, timeZone, every }: Options, kind: MonitorKind): CreateMonitorInput['schedule'] {
  if (cron !== undefined) return { kind: 'cron', cron, timeZone };
  if (kind !== 'performance') return { kind: 'versions' };
  return { kind: 'requests', every: every === undefined ? 500 : number(every, '--every') };
}

function conditionOf(
  { above, below, unusual }: { above?: string; below?: string; unusual?: string | true },
  kind: MonitorKind,
): CreateMonitorInput['rule']['when'] {
  if (above !== undefined) return { kind: 'above', limit: number(above, '--above') };
  if (below !== undefined) return { kind: 'below', limit: number(below, '--below') };
  if (unusual === undefined && kind === 'drift') return { kind: 'verdict' };
  return { kind: 'unusual', deviations: typeof unusual === 'string' ? number(unusual, '--unusual') : 3 };
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw usage(`${option} takes a number, not "${text}".`, 'assay monitor --help lists the options.');
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

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}
