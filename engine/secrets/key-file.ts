import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { AssayError, messageOf } from '../errors.ts';

/** A key of AES-256 and the short name that says which one sealed a secret. */
export type SecretKey = { id: string; bytes: Buffer };

const keyBytes = 32;

function toKey(bytes: Buffer): SecretKey {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes };
}

export function newKey(): SecretKey {
  return toKey(randomBytes(keyBytes));
}

/**
 * The keys in a file, the one in force first; more than one only while a change of keys is under way. Empty when there is
 * no file. Throws secrets/unreadable for a file that is not one of keys, and when it cannot be read.
 */
export async function readKeys(path: string): Promise<SecretKey[]> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw new AssayError('secrets/unreadable', `The key file ${path} cannot be read: ${messageOf(thrown)}.`);
  });
  if (text === null) return [];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const keys = lines.map((line) => Buffer.from(line.trim(), 'base64url'));
  if (keys.length === 0 || keys.some(({ byteLength }) => byteLength !== keyBytes)) {
    throw new AssayError('secrets/unreadable', `The key file ${path} is damaged.`);
  }
  await chmod(path, 0o600);
  return keys.map(toKey);
}

/** Replaces the file, complete or not at all; only its owner can read it. Throws workspace/not-writable. */
export async function writeKeys(path: string, keys: readonly SecretKey[]): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const text = keys.map(({ bytes }) => `${bytes.toString('base64url')}\n`).join('');
    await writeFile(temporary, text, { mode: 0o600, flush: true });
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw new AssayError('workspace/not-writable', `${path} cannot be written: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}
