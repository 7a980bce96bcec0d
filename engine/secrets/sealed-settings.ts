import type { z } from 'zod';
import type { ErrorCode } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { SecretStore } from './secret-store.ts';
import { secretFields } from './secret-values.ts';

/** Settings without secrets. */
export type PlainSettings = Record<string, string | number | boolean | string[] | null>;
export type SecretPatch = Readonly<Record<string, string | null>>;

/**
 * Checks settings with their secrets; gives the settings with defaults, without secrets. `what` names them for people.
 * Errors: `code`, with every fault.
 */
export function checkSettings(
  { schema, what, code }: { schema: z.ZodObject; what: string; code: ErrorCode },
  config: PlainSettings,
  secrets: Readonly<Record<string, string>>,
): PlainSettings {
  const sealed = secretFields(schema);
  const known = Object.keys(schema.shape);
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
  const parsed = schema.safeParse({ ...config, ...secrets });
  for (const issue of parsed.error?.issues ?? []) {
    const field = String(issue.path[0] ?? '');
    const part = sealed.includes(field) ? 'secrets' : 'config';
    problems.push({ path: `/${part}/${issue.path.join('/')}`, message: issue.message });
  }
  if (problems.length > 0 || !parsed.success)
    throw new AssayError(code, `The settings of the ${what} are not valid.`, { problems });
  const settings = Object.entries(parsed.data).filter(
    (entry): entry is [string, PlainSettings[string]] => !sealed.includes(entry[0]) && entry[1] !== undefined,
  );
  return Object.fromEntries(settings);
}

/** The secrets that are given, without those that are taken away. */
export function onlyGiven(patch: SecretPatch): Record<string, string> {
  return Object.fromEntries(
    Object.entries(patch).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Secrets of things by their id, in the store of the workspace: `<room>/<id>/<field>`. */
export function sealedFields(store: SecretStore, room: string) {
  const prefix = (id: string) => `${room}/${id}/`;
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
