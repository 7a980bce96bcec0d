import { AssayError, messageOf } from '../errors.ts';
import type { Digest } from './artifact-store.ts';

/** The `code` of a system error such as `ENOENT`, or undefined for anything else. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** What a failed write means to a person: no space, no permission, or the fault as it came. */
export function writeError(thrown: unknown): unknown {
  const code = systemCode(thrown);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AssayError('artifacts/disk-full', 'The bytes could not be stored: no space is left.', {
      cause: thrown,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AssayError('workspace/not-writable', messageOf(thrown), { cause: thrown });
  }
  return thrown;
}

/** What a failed read means: gone, unreadable on disk, or the fault as it came. */
export function readError(digest: Digest, thrown: unknown): unknown {
  const code = systemCode(thrown) ?? '';
  if (code === 'ENOENT') return notFound(digest);
  // Faults of the decompressor, and a disk that cannot give the bytes back.
  if (code.startsWith('Z') || code === 'ERR_BUFFER_TOO_LARGE' || code === 'EIO')
    return corrupt(digest, thrown);
  return thrown;
}

/** `artifacts/not-found` of a digest. */
export function notFound(digest: Digest): AssayError {
  return new AssayError('artifacts/not-found', `No artifact ${digest} is stored.`);
}

/** `artifacts/corrupt` of a digest. */
export function corrupt(digest: Digest, cause?: unknown): AssayError {
  return new AssayError('artifacts/corrupt', `The stored bytes of ${digest} are damaged.`, { cause });
}
