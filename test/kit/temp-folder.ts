import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the running test, removed after it. Call it in a test, not in a hook. */
export function tempFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'assay-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
