import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatasetPreview, ReadOptions } from '../../../local-api/contract/index.ts';
import type { RunBeside } from '../../jobs/index.ts';
import type { GatherJobInput } from '../gather-job.ts';
import { previewFile } from '../preview.ts';
import { detectFormat, type SourceFile, sourceFile } from '../source.ts';
import { gather, isConverted } from './gather.ts';
import { PREVIEW_ROWS } from './gather-context.ts';
import { findFiles } from './local-files.ts';
import { isLocal, type ResolvedSource } from './resolved-source.ts';

export type Previewer = {
  /** The first rows of any source. Errors: those of `gather` and of `previewFile`. */
  preview(
    source: ResolvedSource,
    read: ReadOptions,
    limit: number,
    signal?: AbortSignal,
  ): Promise<DatasetPreview>;
  close(): Promise<void>;
};

type Gathered = { key: string; folder: string; file: Promise<SourceFile>; timer: NodeJS.Timeout };

const KEPT = 4;
const KEPT_MS = 10 * 60_000;
const MEMORY_MB = 1024;
const SECONDS = 110;

/**
 * Previews of sources. What must be fetched or converted is gathered by a process of its own and kept for a while, so
 * that a correction of how it is read does not fetch it again; what is read in place is looked at in place.
 */
export function createPreviewer({ tmpDir, runBeside }: { tmpDir: string; runBeside: RunBeside }): Previewer {
  let kept: Gathered[] = [];

  const drop = async (gathered: Gathered): Promise<void> => {
    kept = kept.filter((other) => other !== gathered);
    clearTimeout(gathered.timer);
    await gathered.file.catch(() => {});
    await rm(gathered.folder, { recursive: true, force: true });
  };

  const gatherBeside = async (
    source: ResolvedSource,
    read: ReadOptions,
    key: string,
  ): Promise<SourceFile> => {
    const known = kept.find((gathered) => gathered.key === key);
    if (known !== undefined) {
      known.timer.refresh();
      return known.file;
    }
    await mkdir(tmpDir, { recursive: true });
    const folder = await mkdtemp(join(tmpDir, 'gathered-'));
    const input: GatherJobInput = { source, read };
    // Whoever asks first may go away; the others still wait for it.
    const file = runBeside('gather', input, {
      folder,
      memoryMb: MEMORY_MB,
      seconds: SECONDS,
    }) as Promise<SourceFile>;
    const gathered: Gathered = {
      key,
      folder,
      file,
      timer: setTimeout(() => void drop(gathered), KEPT_MS).unref(),
    };
    kept.push(gathered);
    file.catch(() => void drop(gathered));
    const [oldest] = kept;
    if (kept.length > KEPT && oldest !== undefined) void drop(oldest);
    return file;
  };

  return {
    async preview(source, read, limit, signal) {
      const folder = await mkdtemp(join(tmpDir, 'preview-'));
      try {
        const file = (await isReadInPlace(source, read))
          ? await gather(source, { read, folder, headRows: PREVIEW_ROWS, signal, progress() {} })
          : await gatherBeside(source, read, await keyOf(source, read));
        return await previewFile(file, read, limit, folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async close() {
      await Promise.all(kept.map(drop));
    },
  };
}

/** Text and Parquet on this machine are read by DuckDB, which keeps no thread of ours busy. */
async function isReadInPlace(source: ResolvedSource, read: ReadOptions): Promise<boolean> {
  if (!isLocal(source)) return false;
  if (source.kind !== 'file') return source.kind === 'text';
  return !isConverted(await detectFormat(await sourceFile(source.path, source.name), read.format));
}

/** What makes a difference to what is gathered; a digest, since it is made of secrets, too. */
async function keyOf(
  source: ResolvedSource,
  { format, table, query, headerLine }: ReadOptions,
): Promise<string> {
  const found = source.kind === 'file' ? await stat(source.path).catch(() => null) : null;
  const files = source.kind === 'paths' ? (await findFiles(source.path)).parts : [];
  const ofDvc = source.kind === 'dvc' ? await dvcState(source) : [];
  const facts = [source, ofDvc, format, table, query, headerLine, found?.mtimeMs, found?.size, files];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** When the files that say which content is meant, and the content in the repository, were last written. */
async function dvcState({
  path,
  output,
}: Extract<ResolvedSource, { kind: 'dvc' }>): Promise<(number | undefined)[]> {
  const [folder, named] = [dirname(path), output ?? ''];
  const files = [
    path,
    path.replace(/\.dvc$/, ''),
    join(folder, 'dvc.lock'),
    join(folder, named),
    join(path, 'dvc.lock'),
    join(path, named),
    join(path, `${named}.dvc`),
  ];
  return Promise.all(
    files.map((file) =>
      stat(file)
        .then(({ mtimeMs }) => mtimeMs)
        .catch(() => undefined),
    ),
  );
}
