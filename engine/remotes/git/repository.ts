import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RemoteContext } from '../../http/index.ts';
import { type Git, gitIn } from './git.ts';
import { gitFailure, isMoved } from './git-failures.ts';
import type { GitConfig } from './git-kind.ts';
import { type Refs, readRefs } from './tags.ts';

/** The regular file of a tree, by its path. */
export type Entries = ReadonlyMap<string, string>;
/** Text from where an object of git is named. */
type Rev = string;

/**
 * A repository for one operation, with nothing of the far end in it but what is fetched: no history, and files only when they
 * are read. It has no working tree, so that no filter and no hook of this machine touches a byte.
 */
export type Repository = {
  /** Refs there, of the branch and of the tags of a model. */
  refs(slug: string): Promise<Refs>;
  /** Fetches refs; gives their commits by the same names. */
  fetch(names: readonly string[]): Promise<void>;
  /** Files of a commit below a folder. */
  entries(rev: Rev, folder: string): Promise<Entries>;
  /** Fetches objects at once that would be fetched one by one when they are read. */
  prefetch(objects: readonly string[]): Promise<void>;
  has(rev: Rev, path: string): Promise<boolean>;
  /** A file by the name of its object. */
  object(object: string): Promise<Buffer>;
  /** Null when there is no such file. */
  read(rev: Rev, path: string): Promise<Buffer | null>;
  /** Puts a file among the objects here; gives its name. */
  write(bytes: Uint8Array): Promise<string>;
  /** A commit that has `files` (path to object; null: gone) over what its parent has. */
  commit(options: {
    parent: Rev | null;
    files: ReadonlyMap<string, string | null>;
    message: string;
    nowMs: number;
  }): Promise<string>;
  /** An annotated tag, not yet under its name. */
  tag(options: { name: string; commit: string; message: string; nowMs: number }): Promise<string>;
  /** Goes the way of a push to a branch of this name as far as sending. */
  tryPush(branch: string): Promise<void>;
  /** All refs or none, each as it was seen: nothing is forced. False: somebody pushed meanwhile. */
  push(
    refs: readonly { object: string; ref: string }[],
    onPercent?: (percent: number) => void,
  ): Promise<boolean>;
};

/** Runs `work` with a repository that is removed after it. */
export async function withRepository<T>(
  config: GitConfig,
  { signal }: Pick<RemoteContext, 'signal'>,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-git-'));
  try {
    const git = gitIn(dir, config, signal);
    await git.run(['init', '--quiet', '--bare', '.']);
    await git.run(['remote', 'add', 'origin', config.url]);
    return await work(repositoryIn(dir, git, config));
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

function repositoryIn(dir: string, git: Git, config: GitConfig): Repository {
  const author = `${config.authorName} <${config.authorEmail}>`;
  const index = { GIT_INDEX_FILE: join(dir, 'assay-index') };
  const text = async (...parameters: Parameters<Git['run']>) =>
    (await git.run(...parameters)).toString('utf8').trim();

  return {
    async refs(slug) {
      const patterns = [`refs/heads/${config.branch}`, `refs/tags/${slug}@v*`, `refs/tags/${slug}#*`];
      return readRefs(await text(['ls-remote', 'origin', ...patterns]));
    },

    async fetch(names) {
      const shallow = ['--quiet', '--depth=1', '--no-tags', '--filter=blob:none'];
      if (names.length > 0)
        await git.run(['fetch', ...shallow, 'origin', ...names.map((name) => `+${name}:${name}`)]);
    },

    async entries(rev, folder) {
      const out = await text(['ls-tree', '-r', '-z', '--full-tree', rev, '--', `${folder}/`]);
      const files = out.split('\0').flatMap((line): [string, string][] => {
        const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
        return object === undefined || path === undefined ? [] : [[path, object]];
      });
      return new Map(files);
    },

    async prefetch(objects) {
      // Where the server does not take it, the files are here already or come one by one.
      const only = ['--quiet', '--no-tags', '--no-write-fetch-head', '--filter=blob:none'];
      await git.attempt(['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...only, '--stdin', 'origin'], {
        input: `${objects.join('\n')}\n`,
      });
    },

    has: async (rev, path) => (await git.attempt(['rev-parse', '--verify', '--quiet', `${rev}:${path}`])).ok,

    object: (object) => git.run(['cat-file', 'blob', object]),

    async read(rev, path) {
      const object = await git.attempt(['rev-parse', '--verify', '--quiet', `${rev}:${path}`]);
      return object.ok ? this.object(object.out.toString('utf8').trim()) : null;
    },

    write: (bytes) => text(['hash-object', '-w', '--stdin'], { input: bytes }),

    async commit({ parent, files, message, nowMs }) {
      await git.run(['read-tree', ...(parent === null ? ['--empty'] : [parent])], { env: index });
      const lines = [...files].map(([path, object]) =>
        object === null ? `0 ${'0'.repeat(40)}\t${path}\0` : `100644 ${object}\t${path}\0`,
      );
      await git.run(['update-index', '-z', '--index-info'], { env: index, input: lines.join('') });
      // Files of others are not fetched to write a tree that names them.
      const tree = await text(['write-tree', '--missing-ok'], { env: index });
      const date = `@${Math.floor(nowMs / 1000)} +0000`;
      const env = Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((role) => [
          [`GIT_${role}_NAME`, config.authorName],
          [`GIT_${role}_EMAIL`, config.authorEmail],
          [`GIT_${role}_DATE`, date],
        ]),
      );
      const parents = parent === null ? [] : ['-p', parent];
      return text(['commit-tree', tree, ...parents, '-F', '-'], { env, input: message });
    },

    tag({ name, commit, message, nowMs }) {
      const lines = [
        `object ${commit}`,
        'type commit',
        `tag ${name}`,
        `tagger ${author} ${Math.floor(nowMs / 1000)} +0000`,
        '',
        message,
      ];
      return text(['mktag'], { input: `${lines.join('\n')}\n` });
    },

    async tryPush(branch) {
      const commit = await this.commit({ parent: null, files: new Map(), message: 'check', nowMs: 0 });
      await git.run(['push', '--quiet', '--dry-run', 'origin', `${commit}:refs/heads/${branch}`]);
    },

    async push(refs, onPercent = () => {}) {
      const specs = refs.map(({ object, ref }) => `${object}:${ref}`);
      const { ok, said } = await git.attempt(['push', '--progress', '--atomic', 'origin', ...specs], {
        onText(words) {
          const percent = /Writing objects:\s+(\d+)%/.exec(words)?.[1];
          if (percent !== undefined) onPercent(Number(percent));
        },
      });
      if (ok) return true;
      if (isMoved(said)) return false;
      const words = said.replace(
        /^(?:Enumerating|Counting|Delta compression|Compressing|Writing|Total).*$/gm,
        '',
      );
      throw gitFailure(words, config.url);
    },
  };
}
