import { linkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveSource } from '../../../../../engine/data/sources/resolve-source.ts';
import { failureOf, testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());

const secret = folder.file('workspace/secrets.key', 'key\n');
folder.file('workspace/rows.csv', 'a\n1\n');
symlinkSync(secret, join(folder.path, 'link.csv'));
linkSync(secret, join(folder.path, 'same.csv'));

const resolve = (kind: 'path' | 'paths', path: string) =>
  resolveSource(
    { kind, path },
    {
      uploads: { find: () => Promise.reject(new Error('nothing was uploaded')) },
      connections: { ready: async () => null, list: async () => [] },
      privateFiles: [secret, join(folder.path, 'not-there')],
    },
  );

describe('files with the secrets of a workspace', () => {
  it.each([
    ['by name', 'path', 'workspace/secrets.key'],
    ['by another way to their folder', 'path', 'workspace/../workspace/secrets.key'],
    ['through a link', 'path', 'link.csv'],
    ['under another name', 'path', 'same.csv'],
    ['by a pattern', 'paths', 'workspace/*'],
    ['in a folder', 'paths', ''],
  ] as const)('are no source %s', async (_, kind, path) => {
    expect(await failureOf(resolve(kind, join(folder.path, path)))).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/source/path', message: expect.stringContaining('secrets of the workspace') }],
    });
  });

  it('leave the files beside them be', async () => {
    const rows = join(folder.path, 'workspace', 'rows.csv');
    expect(await resolve('path', rows)).toMatchObject({ kind: 'file', path: rows });
    expect(await resolve('paths', join(folder.path, 'workspace'))).toMatchObject({ kind: 'paths' });
  });
});
