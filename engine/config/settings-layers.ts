import type { z } from 'zod';
import { type Problem, type SettingSource, Settings } from '../../local-api/contract/index.ts';
import { expectedNames } from '../store/index.ts';
import {
  defaultSettings,
  environmentName,
  environmentValue,
  type FlatSettings,
  settingKeys,
  unflatten,
} from './settings-keys.ts';

type Source = z.infer<typeof SettingSource>;

/** Values from one place. `where` names a key there as a person would look for it. */
export type Layer = { source: Source; values: FlatSettings; where(key: string): string };

export type Layered = { settings: Settings; sources: Record<string, Source> };

/** The settings that environment variables give. */
export function environmentLayer(environment: Readonly<Record<string, string | undefined>>): Layer {
  const values: FlatSettings = {};
  for (const key of settingKeys) {
    const text = environment[environmentName(key)];
    if (text !== undefined) values[key] = environmentValue(key, text);
  }
  return { source: 'environment', values, where: environmentName };
}

/** Puts layers over the defaults, later ones winning. All faults are added to `problems`; null when there is one. */
export function layerSettings(layers: readonly Layer[], problems: Problem[]): Layered | null {
  const merged: FlatSettings = { ...defaultSettings };
  const givenBy = new Map<string, Layer>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer.values)) {
      if (!settingKeys.includes(key)) {
        problems.push({
          path: layer.where(key),
          message: `there is no setting "${key}"`,
          expected: expectedNames(key, settingKeys),
        });
        continue;
      }
      merged[key] = value;
      givenBy.set(key, layer);
    }
  }
  const parsed = Settings.safeParse(unflatten(merged));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const key = issue.path.join('.');
      problems.push({ path: givenBy.get(key)?.where(key) ?? key, message: issue.message });
    }
  }
  if (!parsed.success || problems.length > 0) return null;
  const sources = Object.fromEntries(
    settingKeys.map((key) => [key, givenBy.get(key)?.source ?? ('default' as const)]),
  );
  return { settings: parsed.data, sources };
}
