#!/usr/bin/env node
/** `npm start`: builds what is stale and opens the workbench, in Electron where it can be had. */
import { requireNode } from './node-version.mjs';

requireNode();
const { start } = await import('./start.ts');
process.exitCode = await start(process.argv.slice(2));
