import type { ReadOptions } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import type { SourceFile } from './source.ts';
import { gather } from './sources/gather.ts';
import { PREVIEW_ROWS } from './sources/gather-context.ts';
import type { ResolvedSource } from './sources/resolved-source.ts';

export type GatherJobInput = { source: ResolvedSource; read: ReadOptions };

/** Gathers the first rows of a source in the folder of the process, for a preview. */
export async function run({
  input,
  tmpDir,
  signal,
  progress,
}: JobContext<GatherJobInput>): Promise<SourceFile> {
  return gather(input.source, { read: input.read, folder: tmpDir, headRows: PREVIEW_ROWS, signal, progress });
}
