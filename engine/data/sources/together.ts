import { AssayError } from '../../errors.ts';
import type { SourceFile, SourcePart } from '../source.ts';

/** Several files as one table. */
export function together(parts: readonly SourcePart[], name: string, warnings: string[]): SourceFile {
  const [first] = parts;
  if (first === undefined) throw new AssayError('datasets/source-not-found', `${name} names no file`);
  return {
    ...first,
    name,
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    parts,
    origin: { format: null, tables: [], options: {}, warnings },
  };
}
