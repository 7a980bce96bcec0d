import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AssayError } from '../errors.ts';

export type DvcRemote = {
  name: string;
  /** A folder, with an absolute path, or an address. */
  url: string;
  /** As they stand in the files of DVC, credentials among them: they are read where they are used and never kept. */
  settings: Readonly<Record<string, string>>;
};

export type DvcConfig = {
  cacheDir: string;
  /** How DVC puts files of the cache in place, in the order it tries. */
  linkTypes: readonly string[];
  /** Name of the remote that DVC takes when none is named. */
  defaultRemote: string | null;
  remotes: readonly DvcRemote[];
  /** The repository is in no version control. */
  noScm: boolean;
};

type Sections = Map<string, Map<string, string>>;

const MOST_CONFIG_BYTES = 256 * 1024;

/**
 * The settings of a repository: those of the person, of the repository and of this copy of it, later ones first.
 * Errors: `dvc/bad-file`.
 */
export async function loadDvcConfig(dvcDir: string): Promise<DvcConfig> {
  const merged: Sections = new Map();
  for (const path of [globalConfig(), join(dvcDir, 'config'), join(dvcDir, 'config.local')]) {
    const text = await readConfig(path);
    if (text === null) continue;
    for (const [name, section] of withPaths(parseIni(text), dirname(path)))
      merged.set(name, new Map([...(merged.get(name) ?? []), ...section]));
  }
  const core = merged.get('core');
  const cache = merged.get('cache');
  const remotes = [...merged].flatMap(([title, section]): DvcRemote[] => {
    const name = /^remote\s*"(.*)"$/.exec(title)?.[1];
    const url = section.get('url');
    return name === undefined || url === undefined
      ? []
      : [{ name, url, settings: Object.fromEntries(section) }];
  });
  return {
    cacheDir: cache?.get('dir') ?? join(dvcDir, 'cache'),
    linkTypes: (cache?.get('type') ?? 'reflink,copy').split(',').map((type) => type.trim().toLowerCase()),
    defaultRemote: core?.get('remote')?.toLowerCase() ?? null,
    remotes: remotes.map((remote) => overOther(remote, remotes)),
    noScm: /^(true|yes|on|1)$/i.test(core?.get('no_scm') ?? ''),
  };
}

/** `remote://store/sub` is a folder below another remote, with the settings of both. */
function overOther(remote: DvcRemote, remotes: readonly DvcRemote[], depth = 0): DvcRemote {
  const [, name, rest = ''] = /^remote:\/\/([^/]+)\/?(.*)$/.exec(remote.url) ?? [];
  const other = remotes.find((known) => known.name === name?.toLowerCase());
  if (other === undefined || depth > 5) return remote;
  const below = overOther(other, remotes, depth + 1);
  const url = rest === '' ? below.url : `${below.url.replace(/\/+$/, '')}/${rest}`;
  return { name: remote.name, url, settings: { ...below.settings, ...remote.settings, url } };
}

async function readConfig(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return null;
  if (found.size > MOST_CONFIG_BYTES)
    throw new AssayError('dvc/bad-file', `${path} is longer than ${MOST_CONFIG_BYTES / 1024} kB`);
  return readFile(path, 'utf8');
}

function globalConfig(): string {
  const set = process.env.DVC_GLOBAL_CONFIG_DIR;
  if (set !== undefined && set !== '') return join(set, 'config');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/dvc/config');
  if (process.platform === 'win32')
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'iterative/dvc/config');
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'dvc/config');
}

/** Sections with their settings. Names and keys are in lower case, as DVC takes them. */
export function parseIni(text: string): Sections {
  const sections: Sections = new Map();
  let current = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) continue;
    const title = /^\[(.*)\]\s*(?:#.*)?$/.exec(bare)?.[1];
    if (title !== undefined) {
      const name = unquoted(title.trim()).trim().toLowerCase();
      current = sections.get(name) ?? new Map();
      sections.set(name, current);
      continue;
    }
    const at = bare.indexOf('=');
    if (at > 0) current.set(unquoted(bare.slice(0, at).trim()).toLowerCase(), settingOf(bare.slice(at + 1)));
  }
  return sections;
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

/** Quoted, or up to a comment. */
function settingOf(text: string): string {
  const bare = text.trim();
  const quoted = /^(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/.exec(bare);
  return quoted?.[1] ?? quoted?.[2] ?? bare.replace(/\s*#.*$/, '');
}

const pathKeys: Readonly<Record<string, readonly string[]>> = {
  cache: ['dir'],
  remote: ['url', 'credentialpath'],
};

/** Paths are meant from the folder of the file they stand in. */
function withPaths(sections: Sections, folder: string): Sections {
  for (const [name, section] of sections)
    for (const key of pathKeys[name.split(/\s/, 1)[0] ?? ''] ?? []) {
      const value = section.get(key);
      if (value !== undefined) section.set(key, absolute(value, folder));
    }
  return sections;
}

function absolute(path: string, folder: string): string {
  if (/^\w+:\/\//.test(path) || isAbsolute(path)) return path;
  if (path === '~' || /^~[\\/]/.test(path)) return join(homedir(), path.slice(1));
  return resolve(folder, path);
}
