import { readDvc } from '../../dvc/index.ts';
import { formatByName, type SourceFile } from '../source.ts';
import type { GatherContext } from './gather-context.ts';
import { MOST_FILES, refuseMixture } from './local-files.ts';
import type { ResolvedSource } from './resolved-source.ts';
import { together } from './together.ts';

/** A preview of a directory looks at the first few of its files. */
const PREVIEW_FILES = 3;

/**
 * An output of DVC: the file, or the files of a directory as one table. Errors: as `readDvc`;
 * `datasets/unsupported-format` for kinds of files that do not go together.
 */
export async function gatherDvc(
  source: Extract<ResolvedSource, { kind: 'dvc' }>,
  context: GatherContext,
): Promise<SourceFile> {
  const { found, files, isKnown, warnings } = await readDvc(source, {
    folder: context.folder,
    signal: context.signal,
    progress: context.progress,
    headFiles: context.headRows === null ? null : PREVIEW_FILES,
    mostFiles: MOST_FILES,
    hasRows: (name) => formatByName(name) !== null,
    isKnown: ({ md5 }) => context.headRows === null && md5 === source.known?.md5,
  });
  const madeBefore = isKnown ? source.known?.versionId : undefined;
  if (madeBefore !== undefined) return { path: '', name: found.path, sizeBytes: 0, madeBefore };
  if (found.md5.endsWith('.dir') && found.pattern === undefined) refuseMixture(files, found.path);
  const [only] = files;
  const isOne = only !== undefined && found.files === 1 && !found.md5.endsWith('.dir');
  if (!isOne) return { ...together(files, found.path, warnings), dvc: found };
  return { ...only, origin: { format: null, tables: [], options: {}, warnings }, dvc: found };
}
