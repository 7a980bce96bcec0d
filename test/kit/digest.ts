import { createHash } from 'node:crypto';

/** SHA-256 as the contract writes it. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
