import { zipChunks } from '../zip/index.ts';
import type { Bundle } from './bundle.ts';

/** A bundle as a ZIP archive, in chunks. The same bundle gives the same bytes. */
export function bundleZip({ files }: Pick<Bundle, 'files'>): Iterable<Uint8Array> {
  return zipChunks(files.map(({ path, bytes }) => [path, bytes] as const));
}
