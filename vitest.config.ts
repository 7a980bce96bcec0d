import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Commands and job processes that tests start run from the sources: their types are stripped and they are compiled once, not for each. */
const codeCache = fileURLToPath(new URL('./node_modules/.cache/assay-code', import.meta.url));

const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    expect: { poll: { timeout: 15_000 } },
    env: { NODE_COMPILE_CACHE: codeCache },
  },
});

/**
 * The files of a worker share its modules: to load the engine anew for each of hundreds of files took as long as their
 * tests. What a test changes outside its own folder (environment, timers, spies) it therefore puts back.
 */
const shared = (name: string, timeoutMs: number) => ({
  test: { ...project(name, timeoutMs).test, isolate: false },
});

/** `fault` kills processes, `desktop` and `interop` share what there is one of: they run one file at a time. */
const oneByOne = (name: string, timeoutMs: number) => ({
  test: { ...project(name, timeoutMs).test, fileParallelism: false },
});

export default defineConfig({
  test: {
    // All processors: most tests wait for files, processes and sockets.
    maxWorkers: '100%',
    projects: [
      shared('unit', 60_000),
      project('integration', 120_000),
      oneByOne('fault', 120_000),
      // A browser on a busy machine may lose one step; the report marks what passed only on repetition.
      { test: { ...shared('e2e', 120_000).test, retry: 1 } },
      oneByOne('desktop', 120_000),
      oneByOne('interop', 600_000),
    ],
  },
});
