import type { z } from 'zod';
import type { SettingSource, Settings } from '../../local-api/contract/index.ts';

/** Layers, later wins: defaults, config.yaml, config.<profile>.yaml (ASSAY_PROFILE), environment (ASSAY_JOBS_CONCURRENCY), overrides. */
export type SettingsService = {
  current(): Settings;
  sources(): Record<string, z.infer<typeof SettingSource>>;
  /**
   * Dotted keys; null goes back to the default. All faults are reported at once; a valid change is written to config.yaml
   * (or to the profile's file where that one has the key) and takes hold at once.
   */
  update(patch: Record<string, unknown>): Promise<Settings>;
  /** Called after a change, by `update` or by an edit of the files. */
  onChange(listener: (settings: Settings, keys: string[]) => void): () => void;
  close(): void;
};
