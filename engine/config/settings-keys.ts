import { Settings } from '../../local-api/contract/index.ts';

/*
 * Settings by dotted key: jobs.memoryMb. Two levels, as the schema has.
 */

export type FlatSettings = Record<string, unknown>;

/** jobs: { memoryMb: 1 } becomes { 'jobs.memoryMb': 1 }; anything else than two levels of objects stays where it is. */
export function flatten(tree: object): FlatSettings {
  const flat: FlatSettings = {};
  for (const [group, entries] of Object.entries(tree)) {
    // `jobs:` with nothing below it is null in YAML.
    if (entries === null) continue;
    if (typeof entries !== 'object' || Array.isArray(entries)) {
      flat[group] = entries;
      continue;
    }
    for (const [name, value] of Object.entries(entries)) flat[`${group}.${name}`] = value;
  }
  return flat;
}

/** The other way round. */
export function unflatten(flat: FlatSettings): Record<string, Record<string, unknown>> {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const [key, value] of Object.entries(flat)) {
    const [group = '', name = ''] = key.split('.');
    tree[group] = { ...tree[group], [name]: value };
  }
  return tree;
}

/** Every setting with its default, in the order of the schema. */
export const defaultSettings: FlatSettings = flatten(Settings.parse({}));
export const settingKeys: readonly string[] = Object.keys(defaultSettings);

/** jobs.memoryMb is ASSAY_JOBS_MEMORY_MB. */
export function environmentName(key: string): string {
  return `ASSAY_${key.replace('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}

const words = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** The value of an environment variable, by the type of the setting; a list has commas. What does not fit stays text and fails validation. */
export function environmentValue(key: string, text: string): unknown {
  if (Array.isArray(defaultSettings[key])) return text.split(',').map((part) => part.trim());
  const type = typeof defaultSettings[key];
  if (type === 'boolean') return words.get(text.trim().toLowerCase()) ?? text;
  if (type !== 'number' || text.trim() === '') return text;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
