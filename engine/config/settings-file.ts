import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Document, isMap, parseDocument } from 'yaml';
import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { type FlatSettings, flatten } from './settings-keys.ts';

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw new AssayError('workspace/not-writable', `${path} cannot be read: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}

/** The settings that a file gives; none when it is not there. Faults of its syntax are added to `problems`. */
export function readSettingsFile(path: string, problems: Problem[]): FlatSettings {
  const text = readText(path);
  if (text === null) return {};
  const document = parseDocument(text);
  for (const error of document.errors) {
    const line = error.linePos?.[0].line;
    problems.push({
      path: line === undefined ? basename(path) : `${basename(path)}:${line}`,
      message: error.message.split('\n')[0] ?? 'is not YAML',
      expected: 'YAML',
    });
  }
  if (document.errors.length > 0) return {};
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    problems.push({
      path: basename(path),
      message: 'is not a map of settings',
      expected: 'jobs:\n  concurrency: 2',
    });
    return {};
  }
  return flatten(content);
}

/** Replaces a file so that it is the old one or the new one, whatever happens meanwhile. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw new AssayError('workspace/not-writable', `${path} cannot be written: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}

/** Sets keys in a file, undefined removing one. Comments and order of what is there are kept. */
export async function writeSettingsFile(path: string, changes: ReadonlyMap<string, unknown>): Promise<void> {
  const document: Document = parseDocument(readText(path) ?? '');
  // An empty file, or one of comments alone, has no map yet.
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const [key, value] of changes) {
    const steps = key.split('.');
    if (value !== undefined) {
      // `jobs:` without entries is null in YAML.
      const [group] = steps;
      if (!isMap(document.get(group))) document.set(group, document.createNode({}));
      document.setIn(steps, value);
    } else if (document.hasIn(steps)) {
      document.deleteIn(steps);
      const group = document.get(steps[0]);
      if (isMap(group) && group.items.length === 0) document.delete(steps[0]);
    }
  }
  await replaceFile(path, document.toString());
}
