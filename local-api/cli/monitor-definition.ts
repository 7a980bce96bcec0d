import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Client } from '../client/index.ts';
import {
  AlertSeverity,
  CreateMonitor,
  type CreateMonitorInput,
  MonitorKind,
  monitorMetrics,
} from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { resolveVersion } from './version-ref.ts';

/** The options of `assay monitor create`. */
export type DefinitionOptions = {
  from?: string;
  kind?: string;
  dataset?: string;
  endpoint?: string;
  against?: string;
  cron?: string;
  timeZone: string;
  every?: string;
  metric?: string;
  above?: string;
  below?: string;
  unusual?: string | true;
  consecutive: string;
  coolDown: string;
  severity: string;
};

/** A monitor as a file or options describe it. */
export function definitionOf(
  client: Client,
  name: string | undefined,
  options: DefinitionOptions,
): Promise<CreateMonitorInput> {
  return options.from === undefined ? ofOptions(client, name, options) : ofFile(client, options.from, name);
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
  options: DefinitionOptions,
): Promise<CreateMonitorInput> {
  const { dataset, endpoint } = options;
  const subject = dataset ?? endpoint;
  if (subject === undefined)
    throw usage(
      'What is to be watched?',
      'For example: assay monitor create --dataset flights --against flights@1',
    );
  const kind = kindOf(options);
  return CreateMonitor.parse({
    name: name ?? `${subject} ${kind}`,
    watch: {
      kind,
      ...(isOfEndpoint(kind) ? { endpoint: subject } : { dataset: subject }),
      ...(kind === 'drift' ? { reference: await referenceOf(client, options.against) } : {}),
    },
    schedule: scheduleOf(options, kind),
    rule: {
      metric: options.metric ?? monitorMetrics[kind][0]?.id,
      when: conditionOf(options, kind),
      consecutive: numberOption(options.consecutive, '--consecutive'),
      coolDownMinutes: numberOption(options.coolDown, '--cool-down'),
      severity: AlertSeverity.parse(options.severity),
    },
  });
}

function kindOf({ kind, dataset }: DefinitionOptions): MonitorKind {
  if (kind === undefined) return dataset === undefined ? 'endpoint-drift' : 'drift';
  const known = MonitorKind.safeParse(kind);
  if (known.success) return known.data;
  throw usage(`There is no kind "${kind}".`, `Kinds: ${MonitorKind.options.join(', ')}`);
}

function isOfEndpoint(kind: MonitorKind): boolean {
  return kind === 'endpoint-drift' || kind === 'estimate' || kind === 'performance';
}

async function referenceOf(client: Client, against: string | undefined) {
  if (against === undefined) return { kind: 'previous' as const };
  return { kind: 'version' as const, versionId: (await resolveVersion(client, against)).id };
}

function scheduleOf(
  { cron, timeZone, every }: DefinitionOptions,
  kind: MonitorKind,
): CreateMonitorInput['schedule'] {
  if (cron !== undefined) return { kind: 'cron', cron, timeZone };
  if (!isOfEndpoint(kind)) return { kind: 'versions' };
  return { kind: 'requests', every: every === undefined ? 500 : numberOption(every, '--every') };
}

function conditionOf(
  { above, below, unusual }: DefinitionOptions,
  kind: MonitorKind,
): CreateMonitorInput['rule']['when'] {
  if (above !== undefined) return { kind: 'above', limit: numberOption(above, '--above') };
  if (below !== undefined) return { kind: 'below', limit: numberOption(below, '--below') };
  if (unusual === undefined && kind !== 'quality' && kind !== 'performance') return { kind: 'verdict' };
  return {
    kind: 'unusual',
    deviations: typeof unusual === 'string' ? numberOption(unusual, '--unusual') : 3,
  };
}

export function numberOption(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw usage(`${option} takes a number, not "${text}".`, 'assay monitor --help lists the options.');
}

export function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}
