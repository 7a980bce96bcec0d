import { unwatchFile, watchFile } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { Logger } from '../system/index.ts';
import { readSettingsFile, writeSettingsFile } from './settings-file.ts';
import {
  defaultSettings,
  environmentName,
  type FlatSettings,
  flatten,
  settingKeys,
} from './settings-keys.ts';
import { environmentLayer, type Layer, type Layered, layerSettings } from './settings-layers.ts';
import type { SettingsService } from './settings-service.ts';

/** How often the files are looked at for edits by hand. Watching the folder would wake up at each database write. */
const lookEveryMs = 2000;

export type SettingsOptions = {
  /** The workspace folder. */
  dir: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** From command-line flags, by dotted key: they win over everything. */
  overrides?: FlatSettings;
  logger: Logger;
};

const profilePattern = /^[\w-]{1,64}$/;

/** The files in force; the last one wins. Throws settings/invalid for a profile that cannot be a file name. */
function settingsFiles({ dir, environment }: SettingsOptions): string[] {
  const profile = environment.ASSAY_PROFILE ?? '';
  if (profile === '') return [join(dir, 'config.yaml')];
  if (!profilePattern.test(profile)) {
    throw new AssayError('settings/invalid', `"${profile}" cannot be the name of a profile.`, {
      problems: [{ path: 'ASSAY_PROFILE', message: 'is not a name', expected: 'letters, digits, - and _' }],
    });
  }
  return [join(dir, 'config.yaml'), join(dir, `config.${profile}.yaml`)];
}

function invalid(problems: readonly Problem[]): AssayError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new AssayError('settings/invalid', `${first?.path}: ${first?.message}${more}.`, { problems });
}

/**
 * The settings of a workspace. Throws settings/invalid with every fault of every layer. An edit of the files takes hold
 * within seconds; one with faults is logged and changes nothing.
 */
export function createSettings(options: SettingsOptions): SettingsService {
  const { logger, overrides = {} } = options;
  const files = settingsFiles(options);
  const listeners = new Set<(settings: Layered['settings'], keys: string[]) => void>();
  const environment = environmentLayer(options.environment);
  const flags: Layer = { source: 'environment', values: overrides, where: (key) => key };
  /** One write after the other: each reads the file that it changes. */
  let turn: Promise<unknown> = Promise.resolve();

  const fileLayers = (problems: Problem[]): Layer[] =>
    files.map((path) => ({
      source: 'file',
      values: readSettingsFile(path, problems),
      where: (key) => `${basename(path)}: ${key}`,
    }));

  const read = (): Layered => {
    const problems: Problem[] = [];
    const layered = layerSettings([...fileLayers(problems), environment, flags], problems);
    if (layered === null) throw invalid(problems);
    return layered;
  };

  let layered = read();

  const take = (next: Layered): void => {
    const before = flatten(layered.settings);
    const after = flatten(next.settings);
    layered = next;
    const changed = settingKeys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
    if (changed.length > 0) for (const listener of [...listeners]) listener(layered.settings, changed);
  };

  const look = (): void => {
    try {
      take(read());
    } catch (thrown) {
      const problems = thrown instanceof AssayError ? thrown.problems : undefined;
      logger.warn({ problems }, `edited settings were not taken over: ${messageOf(thrown)}`);
    }
  };
  for (const path of files) watchFile(path, { interval: lookEveryMs, persistent: false }, look);

  /** Faults of a change: unknown keys, values that do not fit, keys that the environment holds. */
  const checkPatch = (patch: Record<string, unknown>): void => {
    const problems: Problem[] = [];
    // A null takes a value away and needs no check, but its key must be one.
    const values = Object.entries(patch).map(([key, value]) => [key, value ?? defaultSettings[key]]);
    layerSettings([{ source: 'file', values: Object.fromEntries(values), where: (key) => key }], problems);
    const isUnknown = Object.keys(patch).some((key) => !settingKeys.includes(key));
    for (const key of Object.keys(patch)) {
      if (Object.hasOwn(environment.values, key)) {
        problems.push({
          path: key,
          message: `is held by the environment variable ${environmentName(key)}`,
          expected: 'unset it first',
        });
      } else if (Object.hasOwn(overrides, key)) {
        problems.push({ path: key, message: 'is held by a command-line flag', expected: 'start without it' });
      }
    }
    const [first] = problems;
    if (first === undefined) return;
    const code = isUnknown ? 'settings/unknown-key' : 'request/invalid';
    throw new AssayError(code, `${first.path}: ${first.message}.`, { problems });
  };

  const write = async (patch: Record<string, unknown>): Promise<Layered['settings']> => {
    checkPatch(patch);
    const holders = fileLayers([]);
    for (const [index, path] of files.entries()) {
      const isProfile = index > 0;
      const changes = new Map<string, unknown>();
      for (const [key, value] of Object.entries(patch)) {
        const heldByProfile = holders.slice(1).some((layer) => Object.hasOwn(layer.values, key));
        if (value === null) changes.set(key, undefined);
        else if (heldByProfile === isProfile) changes.set(key, value);
      }
      const known = holders[index]?.values ?? {};
      const isNews = [...changes].some(([key, value]) => !isDeepStrictEqual(known[key], value));
      if (isNews) await writeSettingsFile(path, changes);
    }
    take(read());
    return layered.settings;
  };

  return {
    current: () => layered.settings,
    sources: () => layered.sources,
    update: (patch) => {
      const mine = turn.then(() => write(patch));
      turn = mine.catch(() => {});
      return mine;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const path of files) unwatchFile(path, look);
      listeners.clear();
    },
  };
}
