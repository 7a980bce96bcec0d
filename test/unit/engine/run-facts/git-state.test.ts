import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffFile, gitTags, readGitState } from '../../../../engine/run-facts/index.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

function repository(): { dir: string; git(...args: string[]): string } {
  const dir = tempFolder();
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: dir,
      encoding: 'utf8',
    }).trim();
  git('init', '-q', '-b', 'trunk');
  return { dir, git };
}

describe('the git state of a run', () => {
  it('is nothing outside a repository', async () => {
    expect(await readGitState(tempFolder())).toBeNull();
  });

  it('names commit, branch and remote, without the password in its address', async () => {
    const { dir, git } = repository();
    writeFileSync(join(dir, 'train.py'), 'print(1)\n');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    git('remote', 'add', 'origin', 'https://me:secret@example.org/repo.git');
    const state = await readGitState(dir);
    expect(state).toEqual({
      commit: git('rev-parse', 'HEAD'),
      branch: 'trunk',
      remote: 'https://example.org/repo.git',
      isDirty: false,
      diff: '',
      isDiffCut: false,
      untracked: [],
    });
    if (state === null) throw new Error('There is a repository.');
    expect(gitTags(state)).toMatchObject({
      'assay.git.dirty': 'false',
      'mlflow.source.git.commit': state.commit,
      'mlflow.source.git.repoURL': 'https://example.org/repo.git',
    });
  });

  it('keeps a diff that gives the work tree back, staged changes included', async () => {
    const { dir, git } = repository();
    writeFileSync(join(dir, 'a.py'), 'print(1)\n');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    writeFileSync(join(dir, 'a.py'), 'print(2)\n');
    writeFileSync(join(dir, 'b.py'), 'staged\n');
    git('add', 'b.py');
    writeFileSync(join(dir, 'notes.txt'), 'not tracked\n');
    const state = await readGitState(dir);
    if (state === null) throw new Error('There is a repository.');
    expect(state).toMatchObject({ isDirty: true, untracked: ['notes.txt'] });
    git('reset', '-q', '--hard');
    const patch = join(tempFolder(), 'diff.patch');
    writeFileSync(patch, diffFile(state));
    git('apply', patch);
    expect(execFileSync('cat', ['a.py', 'b.py'], { cwd: dir, encoding: 'utf8' })).toBe('print(2)\nstaged\n');
  });

  it('cuts a diff that is too long, and says so', async () => {
    const { dir, git } = repository();
    writeFileSync(join(dir, 'big.txt'), 'x\n');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    writeFileSync(join(dir, 'big.txt'), 'a line that is new\n'.repeat(100_000));
    const state = await readGitState(dir);
    if (state === null) throw new Error('There is a repository.');
    expect(state.isDiffCut).toBe(true);
    expect(Buffer.byteLength(state.diff)).toBe(2 ** 20);
    expect(diffFile(state)).toContain('the rest was left out');
  });

  it('is told of a repository without a commit', async () => {
    const { dir } = repository();
    writeFileSync(join(dir, 'a.py'), 'print(1)\n');
    expect(await readGitState(dir)).toMatchObject({ commit: null, branch: 'trunk', isDirty: true, diff: '' });
  });
});
