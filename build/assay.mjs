#!/usr/bin/env node
/** The `assay` command from a clone: builds what is stale, then runs the bundle. */
import { requireNode } from './node-version.mjs';

requireNode();
const { buildStale } = await import('./build.ts');
try {
  // Only `serve` shows pages; the other commands need no build of them.
  const workbench = process.argv.includes('serve');
  await buildStale((line) => console.error(line), { electron: false, workbench });
} catch (error) {
  console.error(`Assay could not be built: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
await import('../dist/assay.js');
