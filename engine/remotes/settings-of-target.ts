import { z } from 'zod';
import type { TargetConfig, TargetKindInfo } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type SecretStore, secretFields } from '../secrets/index.ts';
import type { TargetKind } from './target.ts';

export type SecretPatch = Readonly<Record<string, string | null>>;
/** Settings and secrets together, as the kind takes them. */
export type WholeConfig = Record<string, unknown>;

function schemaOf(kind: TargetKind): Record<string, unknown> {
  return z.toJSONSchema(kind.configSchema, { io: 'input' });
}

export function kindInfo(kind: TargetKind): TargetKindInfo {
  const { title, description, canPull } = kind;
  const canTrain = kind.openTrainer !== null;
  return { kind: kind.kind, title, description, canPull, canTrain, configSchema: schemaOf(kind) };
}

/** Checks settings with their secrets; gives the settings with defaults, without secrets. Errors: targets/bad-config. */
export function checkConfig(
  kind: TargetKind,
  config: TargetConfig,
  secrets: Record<string, string>,
): TargetConfig {
  const sealed = secretFields(kind.configSchema);
  const known = Object.keys(kind.configSchema.shape);
  const problems = [
    ...Object.keys(config)
      .filter((name) => sealed.includes(name))
      .map((name) => ({ path: `/config/${name}`, message: 'is a secret: give it in "secrets"' })),
    ...Object.keys(config)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: `/config/${name}`,
        message: `is no setting of this kind; known: ${known.join(', ')}`,
      })),
    ...Object.keys(secrets)
      .filter((name) => !sealed.includes(name))
      .map((name) => ({
        path: `/secrets/${name}`,
        message: `is no secret of this kind; known: ${sealed.join(', ')}`,
      })),
  ];
  const parsed = kind.configSchema.safeParse({ ...config, ...secrets });
  for (const issue of parsed.error?.issues ?? []) {
    const field = String(issue.path[0] ?? '');
    const part = sealed.includes(field) ? 'secrets' : 'config';
    problems.push({ path: `/${part}/${issue.path.join('/')}`, message: issue.message });
  }
  if (problems.length > 0 || !parsed.success) {
    throw new AssayError('targets/bad-config', `The settings of the ${kind.title} are not valid.`, {
      problems,
    });
  }
  const settings = Object.entries(parsed.data).filter(
    (entry): entry is [string, TargetConfig[string]] => !sealed.includes(entry[0]) && entry[1] !== undefined,
  );
  return Object.fromEntries(settings);
}

/** Secrets of targets, in the store of the workspace: `targets/<id>/<field>`. */
export function targetSecrets(store: SecretStore) {
  const prefix = (id: string) => `targets/${id}/`;
  const names = async (id: string) =>
    (await store.names(prefix(id))).map((name) => name.slice(prefix(id).length));
  return {
    names,
    async read(id: string): Promise<Record<string, string>> {
      const found: Record<string, string> = {};
      for (const name of await names(id)) {
        const value = await store.get(`${prefix(id)}${name}`);
        if (value !== null) found[name] = value;
      }
      return found;
    },
    async write(id: string, patch: SecretPatch): Promise<void> {
      for (const [name, value] of Object.entries(patch)) {
        if (value === null) await store.delete(`${prefix(id)}${name}`);
        else await store.set(`${prefix(id)}${name}`, value);
      }
    },
    async drop(id: string): Promise<void> {
      for (const name of await names(id)) await store.delete(`${prefix(id)}${name}`);
    },
  };
}
