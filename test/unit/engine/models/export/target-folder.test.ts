import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkTargetFree,
  exportTarget,
  moveIntoPlace,
} from '../../../../../engine/models/export/target-folder.ts';

let root: string;
let workspace: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-target-'));
  workspace = join(root, 'workspace');
  await mkdir(workspace);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A folder as an export leaves it. */
async function exported(path: string, content: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'model.onnx'), content);
  const digest = content
    .padEnd(64, '0')
    .slice(0, 64)
    .replaceAll(/[^0-9a-f]/g, '0');
  await writeFile(join(path, 'checksums.sha256'), `${digest}  model.onnx\n`);
}

describe('exportTarget', () => {
  test('is in the folder "exports" of the workspace unless an absolute path is given', async () => {
    const exports = join(workspace, 'exports');
    expect(await exportTarget(workspace, undefined, 'late-1.0.0')).toBe(join(exports, 'late-1.0.0'));
    expect(await exportTarget(workspace, 'team/late', 'x')).toBe(join(exports, 'team/late'));
    expect(await exportTarget(workspace, join(root, 'out'), 'x')).toBe(join(root, 'out'));
    expect(await exportTarget(workspace, join(exports, 'a'), 'x')).toBe(join(exports, 'a'));
  });

  test.each(['../../elsewhere', '..', '.', 'a/../..'])('refuses the relative path %s', async (path) => {
    await expect(exportTarget(workspace, path, 'x')).rejects.toMatchObject({ code: 'request/invalid' });
  });

  test('refuses the workspace, its other folders, what holds it, and a link into it', async () => {
    await symlink(join(workspace, 'artifacts'), join(root, 'link'));
    await mkdir(join(workspace, 'artifacts'));
    for (const path of [
      workspace,
      join(workspace, 'artifacts'),
      join(workspace, 'new'),
      root,
      '/',
      join(root, 'link', 'x'),
    ])
      await expect(exportTarget(workspace, path, 'x'), path).rejects.toMatchObject({
        code: 'request/invalid',
      });
  });
});

describe('checkTargetFree', () => {
  test('takes what is not there and an empty folder', async () => {
    await checkTargetFree(join(root, 'new'), false);
    await mkdir(join(root, 'empty'));
    await checkTargetFree(join(root, 'empty'), false);
  });

  test('export/target-exists for a file or a folder with something in it', async () => {
    await writeFile(join(root, 'file'), '');
    await exported(join(root, 'old'), 'a');
    for (const name of ['file', 'old'])
      await expect(checkTargetFree(join(root, name), false)).rejects.toMatchObject({
        code: 'export/target-exists',
      });
  });

  test('overwrite takes an earlier export, never a folder with files of somebody else', async () => {
    const target = join(root, 'old');
    await exported(target, 'a');
    await checkTargetFree(target, true);
    await mkdir(join(target, 'notes'));
    await writeFile(join(target, 'notes', 'mine.txt'), 'precious');
    await expect(checkTargetFree(target, true)).rejects.toMatchObject({
      code: 'export/target-exists',
      message: expect.stringContaining('notes/mine.txt'),
    });
    await mkdir(join(root, 'home'));
    await writeFile(join(root, 'home', 'thesis.doc'), '');
    await expect(checkTargetFree(join(root, 'home'), true)).rejects.toThrow('thesis.doc');
  });
});

describe('moveIntoPlace', () => {
  test('replaces an earlier export as a whole and leaves nothing beside it', async () => {
    const target = join(root, 'out');
    await exported(target, 'a');
    await exported(join(root, 'staging'), 'b');
    await moveIntoPlace(join(root, 'staging'), target, true);
    expect(await readFile(join(target, 'model.onnx'), 'utf8')).toBe('b');
    expect((await readdir(root)).sort()).toEqual(['out', 'workspace']);
  });

  test('keeps the same export when an attempt before got that far', async () => {
    const target = join(root, 'out');
    await exported(target, 'a');
    await exported(join(root, 'staging'), 'a');
    await moveIntoPlace(join(root, 'staging'), target, false);
    expect((await readdir(root)).sort()).toEqual(['out', 'workspace']);
  });

  test('refuses a folder that filled up in the meantime', async () => {
    const target = join(root, 'out');
    await mkdir(target);
    await writeFile(join(target, 'new.txt'), '');
    await exported(join(root, 'staging'), 'a');
    await expect(moveIntoPlace(join(root, 'staging'), target, false)).rejects.toMatchObject({
      code: 'export/target-exists',
    });
    expect(await readdir(target)).toEqual(['new.txt']);
  });
});
