import { defineConfig } from 'vitest/config';

const project = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: 'forks' as const,
    expect: { poll: { timeout: 15_000 } },
  },
});

/** `fault` kills processes and `e2e` drives a browser: they run one file at a time. */
export default defineConfig({
  test: {
    // All processors: most tests wait for files, processes and sockets.
    maxWorkers: '100%',
    projects: [
      project('unit', 60_000),
      project('integration', 120_000),
      { test: { ...project('fault', 120_000).test, fileParallelism: false } },
      {
        test: {
          ...project('e2e', 120_000).test,
          fileParallelism: false,
          // A browser on a busy machine may lose one step; the report marks what passed only on repetition.
          retry: 1,
        },
      },
      { test: { ...project('desktop', 120_000).test, fileParallelism: false } },
      { test: { ...project('interop', 600_000).test, fileParallelism: false } },
    ],
  },
});
