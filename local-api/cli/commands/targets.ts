import { Command } from 'commander';
import pc from 'picocolors';
import type { Client } from '../../client/index.ts';
import type { PushTarget, TargetCheck, TargetConfig } from '../../contract/index.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { formatTime, type Output } from '../output.ts';

/** Where secrets of `add` are read from: `ASSAY_TARGET_PASSWORD` for the field `password`. */
const secretPrefix = 'ASSAY_TARGET_';

export function targetsCommand(): Command {
  const command = new Command('targets').description(
    'places that models are pushed to: list, add, check, remove',
  );
  command
    .command('list', { isDefault: true })
    .description('targets and what waits for them')
    .action(listTargets);
  command
    .command('kinds')
    .description('kinds of targets with their settings')
    .action((_options: object, own: Command) => listKinds(own));
  command
    .command('add')
    .description('set up a target and check the connection')
    .argument('<kind>', 'mlflow, folder, … (assay targets kinds lists them)')
    .argument('<name>', 'what it is called here')
    .option('-s, --set <field=value...>', 'a setting: url=https://mlflow.example.com')
    .option(
      '--secret <field...>',
      `a secret, read from the environment: password is read from ${secretPrefix}PASSWORD`,
    )
    .action(addTarget);
  command
    .command('check')
    .description('check the connection: what is wrong and what to do about it')
    .argument('<target>', 'name of the target')
    .action(checkTarget);
  command
    .command('rm')
    .description('remove a target; what was pushed stays there')
    .argument('<target>', 'name of the target')
    .action(async (target: string, _options: object, own: Command) => {
      const { output, withClient } = contextOf(own);
      await withClient(async (client) => {
        await client.targets.delete({ params: { target } });
        output.result({ removed: target }, () => output.line(`${pc.green('✓')} removed ${target}`));
      });
    });
  return command;
}

async function listTargets(_options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = await client.targets.list();
    output.result(found, () =>
      output.table(
        found.items,
        [
          { title: 'target', value: (target) => target.name },
          { title: 'kind', value: (target) => target.kind },
          { title: 'where', value: (target) => target.address },
          { title: 'connection', value: connectionOf },
          { title: 'pushed', value: (target) => String(target.pushes), align: 'right' },
          { title: 'waiting', value: (target) => String(target.waiting), align: 'right' },
        ],
        'No targets yet. Add one: assay targets add mlflow team --set url=http://localhost:5000',
      ),
    );
  });
}

function connectionOf({ lastCheck }: PushTarget): string {
  if (lastCheck === null) return pc.dim('not checked');
  return `${lastCheck.ok ? pc.green('works') : pc.red('fails')} ${pc.dim(formatTime(lastCheck.atMs))}`;
}

async function listKinds(own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const kinds = await client.targets.kinds();
    output.result(kinds, () => {
      for (const { kind, title, description, configSchema } of kinds.items) {
        output.line(`${pc.bold(kind)}  ${title}. ${pc.dim(description)}`);
        for (const [field, schema] of Object.entries(propertiesOf(configSchema))) {
          const isRequired = Array.isArray(configSchema.required) && configSchema.required.includes(field);
          const mark = 'secret' in schema ? 'secret' : isRequired ? 'required' : '';
          const text = 'description' in schema ? String(schema.description) : '';
          output.line(`  ${field.padEnd(18)} ${mark.padEnd(9)} ${pc.dim(text)}`);
        }
      }
    });
  });
}

function propertiesOf(schema: Record<string, unknown>): Record<string, object> {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return {};
  const objects = Object.entries(properties).filter(
    (entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null,
  );
  return Object.fromEntries(objects);
}

async function addTarget(
  kind: string,
  name: string,
  options: { set?: string[]; secret?: string[] },
  own: Command,
): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client) => {
    const found = (await client.targets.kinds()).items.find((known) => known.kind === kind);
    const config = settingsOf(options.set ?? [], propertiesOf(found?.configSchema ?? {}));
    const secrets = Object.fromEntries((options.secret ?? []).map((field) => [field, secretOf(field)]));
    const target = await client.targets.create({ body: { name, kind, config, secrets } });
    const check = await client.targets.check({ params: { target: target.id } });
    output.result({ target, check }, () => {
      output.line(`${pc.green('✓')} ${target.name}: ${target.address}`);
      showCheck(output, check);
    });
  });
}

function settingsOf(texts: readonly string[], properties: Record<string, object>): TargetConfig {
  const config: TargetConfig = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1)
      throw usage(`"${text}" is no setting.`, 'Write field=value: --set url=https://mlflow.example.com');
    const field = text.slice(0, at);
    config[field] = settingOf(text.slice(at + 1), properties[field]);
  }
  return config;
}

/** As the schema wants it: a number, a truth value, a list of texts between commas, or the text. */
function settingOf(text: string, schema: object | undefined): TargetConfig[string] {
  const type = schema !== undefined && 'type' in schema ? schema.type : 'string';
  if ((type === 'number' || type === 'integer') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return type === 'array' ? text.split(',').map((part) => part.trim()) : text;
}

function secretOf(field: string): string {
  const variable = `${secretPrefix}${field.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`;
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  throw usage(
    `The environment variable ${variable} is not set.`,
    'Secrets are read from the environment: the command line is seen by others and kept in the history of the shell.',
  );
}

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}

async function checkTarget(target: string, _options: object, own: Command): Promise<void> {
  const { output, withClient } = contextOf(own);
  await withClient(async (client: Client) => {
    const check = await client.targets.check({ params: { target } });
    output.result(check, () => showCheck(output, check));
    if (!check.ok) process.exitCode = exitCodes.jobFailed;
  });
}

function showCheck(output: Output, { findings }: TargetCheck): void {
  const signs = { ok: pc.green('✓'), warning: pc.yellow('!'), error: pc.red('✗') };
  for (const { level, check, message, fix } of findings) {
    output.line(`${signs[level]} ${check.padEnd(12)} ${message}`);
    if (fix !== null) output.line(`  ${''.padEnd(12)} ${pc.dim(fix)}`);
  }
}
