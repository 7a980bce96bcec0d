import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Connection, DvcInspection } from '../../local-api/contract/index.ts';
import { keysOf, nameOf } from './content.ts';
import { type DvcConfig, loadDvcConfig } from './dvc-config.ts';
import { findOutputs } from './find-outputs.ts';
import type { DvcOutput } from './parse-dvc.ts';
import { fittingConnection, placeOfRemote } from './remote-place.ts';
import { checkedOutCommit } from './repository.ts';

const MOST_SHOWN = 2000;

/** Without the connections, which only the host knows; with the folder of the settings, which stay out of messages between processes. */
export type InspectedDvc = Omit<DvcInspection, 'remotes'> & { dvcDir: string | null };

/**
 * What a path of DVC names, without reading any content: outputs, where they may be found, and remotes.
 * Errors: as `findOutputs`.
 */
export async function inspectDvc(path: string): Promise<InspectedDvc> {
  const { repository, base, outputs, problems } = await findOutputs(path);
  const config = repository.dvcDir === null ? null : await loadDvcConfig(repository.dvcDir);
  const shown = outputs.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MOST_SHOWN);
  return {
    root: repository.root,
    commit: await checkedOutCommit(repository.root),
    outputs: await Promise.all(
      shown.map(async (output) => ({
        path: output.path,
        name: nameFrom(base, output.path),
        file: output.file,
        stage: output.stage,
        md5: nameOf(output.content),
        isDirectory: output.content.isDir,
        sizeBytes: output.content.sizeBytes,
        files: output.files,
        inRepository: await isThere(repository.root, output),
        inCache: await isCached(config, output),
      })),
    ),
    truncated: outputs.length > shown.length,
    problems,
    dvcDir: repository.dvcDir,
  };
}

/** From the folder that was asked about, as people would write it; from the root where it lies elsewhere. */
function nameFrom(base: string, path: string): string {
  const name = posix.relative(base, path);
  return name.startsWith('../') ? path : name;
}

async function isThere(root: string, { path, isPlaceless }: DvcOutput): Promise<boolean> {
  return !isPlaceless && (await stat(join(root, ...path.split('/'))).catch(() => null)) !== null;
}

async function isCached(config: DvcConfig | null, { content }: DvcOutput): Promise<boolean> {
  if (config === null || content.md5 === '') return false;
  const found = await Promise.all(
    keysOf(content).map((key) => stat(join(config.cacheDir, ...key.split('/'))).catch(() => null)),
  );
  return found.some((one) => one !== null);
}

/** The remotes of a repository for people, with the connection that each would use. */
export function remotesOf(config: DvcConfig, connections: readonly Connection[]): DvcInspection['remotes'] {
  return config.remotes.map((remote) => {
    const place = placeOfRemote(remote);
    return {
      name: remote.name,
      url: withoutPassword(remote.url),
      kind: place.kind,
      isDefault: remote.name === config.defaultRemote,
      connection: fittingConnection(place, connections)?.name ?? null,
    };
  });
}

function withoutPassword(text: string): string {
  const url = /^\w+:\/\//.test(text) ? URL.parse(text) : null;
  if (url === null || (url.username === '' && url.password === '')) return text;
  url.username = '';
  url.password = '';
  return url.href;
}
