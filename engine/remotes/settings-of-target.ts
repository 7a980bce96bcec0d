import { z } from 'zod';
import type { TargetConfig, TargetKindInfo } from '../../local-api/contract/index.ts';
import { checkSettings } from '../secrets/index.ts';
import type { TargetKind } from './target.ts';

/** Settings and secrets together, as the kind takes them. */
export type WholeConfig = Record<string, unknown>;

export function kindInfo(kind: TargetKind): TargetKindInfo {
  const { title, description, canPull } = kind;
  const canTrain = kind.openTrainer !== null;
  const configSchema = z.toJSONSchema(kind.configSchema, { io: 'input' });
  return { kind: kind.kind, title, description, canPull, canTrain, configSchema };
}

/** Checks settings with their secrets; gives the settings with defaults, without secrets. Errors: targets/bad-config. */
export function checkConfig(
  kind: TargetKind,
  config: TargetConfig,
  secrets: Record<string, string>,
): TargetConfig {
  return checkSettings(
    { schema: kind.configSchema, what: kind.title, code: 'targets/bad-config' },
    config,
    secrets,
  );
}
