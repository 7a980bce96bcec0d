/** Settings of targets and connections as options of commands, and what their checks found. */
import pc from 'picocolors';
import type { TargetCheck, TargetConfig } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import type { Output } from './output.ts';

/** A kind with its settings. */
export function showKind(
  output: Output,
  {
    kind,
    title,
    description,
    configSchema,
  }: { kind: string; title: string; description: string; configSchema: Record<string, unknown> },
): void {
  output.line(`${pc.bold(kind)}  ${title}. ${pc.dim(description)}`);
  for (const [field, schema] of Object.entries(propertiesOf(configSchema))) {
    const isRequired =
      Array.isArray(configSchema.required) && configSchema.required.includes(field) && !('default' in schema);
    const mark = 'secret' in schema ? 'secret' : isRequired ? 'required' : '';
    const text = 'description' in schema ? String(schema.description) : '';
    output.line(`  ${field.padEnd(18)} ${mark.padEnd(9)} ${pc.dim(text)}`);
  }
}

function propertiesOf(schema: Record<string, unknown>): Record<string, object> {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return {};
  const objects = Object.entries(properties).filter(
    (entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null,
  );
  return Object.fromEntries(objects);
}

/** Settings written as field=value, typed as the schema of the kind says. */
export function settingsOf(texts: readonly string[], configSchema: Record<string, unknown>): TargetConfig {
  const properties = propertiesOf(configSchema);
  const config: TargetConfig = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`"${text}" is no setting.`, 'Write field=value: --set url=https://example.com');
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

/** A secret from the environment: `<prefix>PASSWORD` for the field `password`. */
export function secretOf(field: string, prefix: string): string {
  const variable = `${prefix}${field.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`;
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

export function showCheck(output: Output, { findings }: TargetCheck): void {
  const signs = { ok: pc.green('✓'), warning: pc.yellow('!'), error: pc.red('✗') };
  for (const { level, check, message, fix } of findings) {
    output.line(`${signs[level]} ${check.padEnd(12)} ${message}`);
    if (fix !== null) output.line(`  ${''.padEnd(12)} ${pc.dim(fix)}`);
  }
}
