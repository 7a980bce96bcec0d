import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type BundleKey, BundleKey as StoredKey } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { TrustedKeys } from './checks/signature-checks.ts';

const KeyFile = z.object({ keys: z.array(StoredKey) });

/**
 * Public keys are kept in a file of the workspace folder, not in its database, so that a bundle can be verified while no engine
 * runs and by other tools. Only the engine that holds the folder writes it.
 */
export function keyFile(workspace: string): string {
  return join(workspace, 'trusted-keys.json');
}

/** The keys in the file; none when there is no file. Errors: keys/invalid for a file that is not one of keys. */
export async function readKeyFile(workspace: string): Promise<BundleKey[]> {
  const path = keyFile(workspace);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw new AssayError('keys/invalid', `The keys in ${path} cannot be read: ${messageOf(thrown)}.`);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return KeyFile.parse(parsed).keys;
  } catch (cause) {
    throw new AssayError(
      'keys/invalid',
      `${path} is damaged: correct it, or remove it and trust keys anew.`,
      {
        cause,
      },
    );
  }
}

/** Replaces the file, complete or not at all. Errors: workspace/not-writable. */
export async function writeKeyFile(workspace: string, keys: readonly BundleKey[]): Promise<void> {
  const path = keyFile(workspace);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify({ keys }, null, 2)}\n`, { flush: true });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new AssayError('workspace/not-writable', `${path} cannot be written: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

/** Keys to verify bundles with in a workspace, its own and those it trusts; null when it has none at all. */
export async function trustedKeys(workspace: string): Promise<TrustedKeys> {
  const keys = await readKeyFile(workspace);
  return keys.length === 0 ? null : keys;
}
