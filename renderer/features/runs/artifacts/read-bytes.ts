import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../../app/api.ts';
import { keys } from '../../../app/queries.ts';
import { artifactUrl } from './run-files.ts';

/** A file of a run as previews need it. */
export type RunFile = { runId: string; path: string; sizeBytes: number; digest: string };

/** Some bytes of a file; no more is transferred. `end` is the offset behind the last. */
export async function readBytes(
  file: Pick<RunFile, 'runId' | 'path' | 'sizeBytes'>,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const last = Math.min(end, file.sizeBytes) - 1;
  if (last < start) return new Uint8Array();
  const response = await fetch(artifactUrl(file.runId, file.path), {
    headers: { Range: `bytes=${start}-${last}` },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw new ApiError(await response.json());
  return new Uint8Array(await response.arrayBuffer());
}

/** The beginning of a file, kept in the cache under its digest. */
export function useBeginning(file: RunFile, bytes: number) {
  return useQuery({
    queryKey: keys.part('runs', file.runId, 'bytes', file.path, file.digest, bytes),
    queryFn: ({ signal }) => readBytes(file, 0, bytes, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const decoder = new TextDecoder();

/** Bytes as text; at a cut, a character that was divided is left out. */
export function textOf(bytes: Uint8Array, isCut: boolean): string {
  if (!isCut) return decoder.decode(bytes);
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return decoder.decode(bytes.subarray(0, Math.max(0, end - 1)));
}
