import { programOutput } from './program-output.ts';

/** The state of the git work tree that a command runs in. */
export type GitState = {
  /** 40 hexadecimal digits; null in a repository without a commit. */
  commit: string | null;
  /** Null when HEAD is detached. */
  branch: string | null;
  /** Address of `origin` without user name and password; null when there is none. */
  remote: string | null;
  /** Whether tracked files differ from the commit, or files are there that git neither tracks nor ignores. */
  isDirty: boolean;
  /** What `git diff HEAD` prints, at most `maxDiffBytes`; empty when tracked files are as committed. */
  diff: string;
  isDiffCut: boolean;
  /** Files that git neither tracks nor ignores, at most 200; their content is not kept. */
  untracked: string[];
};

const maxDiffBytes = 2 ** 20;
const maxUntracked = 200;

/** The git state of a folder; null outside a repository or where there is no git. Costs five short git calls. */
export async function readGitState(cwd: string): Promise<GitState | null> {
  const git = async (args: readonly string[], maxBytes?: number) =>
    programOutput('git', args, { cwd, ...(maxBytes === undefined ? {} : { maxBytes }) });
  const line = async (args: readonly string[]): Promise<string | null> => {
    const output = await git(args);
    return output === null || output.text.trim() === '' ? null : output.text.trim();
  };
  if ((await line(['rev-parse', '--is-inside-work-tree'])) !== 'true') return null;
  const [commit, branch, remote, status] = await Promise.all([
    line(['rev-parse', '--verify', '--quiet', 'HEAD']),
    line(['symbolic-ref', '--short', '--quiet', 'HEAD']),
    line(['config', '--get', 'remote.origin.url']),
    git(['status', '--porcelain=v1', '-z', '--untracked-files=normal'], 8 * maxDiffBytes),
  ]);
  const entries = (status?.text ?? '').split('\0').filter((entry) => entry !== '');
  const untracked = entries.filter((entry) => entry.startsWith('?? ')).map((entry) => entry.slice(3));
  const isChanged = entries.length > untracked.length;
  // Without colour, external tools or prefixes that a person's settings may bring: the patch has to apply elsewhere.
  const diff =
    commit !== null && isChanged
      ? await git(
          [
            '-c',
            'core.quotePath=false',
            'diff',
            '--no-color',
            '--no-ext-diff',
            '--src-prefix=a/',
            '--dst-prefix=b/',
            'HEAD',
          ],
          maxDiffBytes,
        )
      : null;
  return {
    commit,
    branch,
    remote: remote === null ? null : withoutCredentials(remote),
    isDirty: entries.length > 0,
    diff: diff?.text ?? '',
    isDiffCut: diff?.isCut ?? false,
    untracked: untracked.slice(0, maxUntracked),
  };
}

/** `https://user:secret@host/x` becomes `https://host/x`; the `git@` of ssh addresses is no secret and stays. */
function withoutCredentials(remote: string): string {
  return remote.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}
