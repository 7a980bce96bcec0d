/** Builds what is stale: `dist/` (engine, API, command line, model server, desktop shell) and `dist/renderer/` (the workbench). */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compressAssets } from './compress-assets.ts';
import { whenStale } from './stale.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with native files or data beside their code stay outside the bundle. */
const external = [
  'better-sqlite3',
  'onnxruntime-node',
  '@duckdb/node-api',
  'vega-datasets',
  'swagger-ui-dist',
  'pdfkit',
  'dejavu-fonts-ttf',
  'electron',
];

async function buildEngine(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: {
      assay: 'local-api/cli/assay.ts',
      'job-process': 'local-api/job-process.ts',
      'inference-process': 'engine/serving/outside/inference-process.ts',
      'reading-thread': 'engine/tracking/reading/reading-thread.ts',
      'report-thread': 'engine/report-document/report-thread.ts',
      'comparing-thread': 'engine/monitoring/comparing-thread.ts',
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external,
    chunkNames: '[name]-[hash]',
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    // CommonJS packages inside an ES module bundle still call require for Node's own modules.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  removeOldChunks();
}

const oneFile = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  legalComments: 'eof',
  logLevel: 'warning',
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
} as const;

/** One file, so that an export holds the whole server: it needs Node and onnxruntime-node beside it. */
export async function buildModelServer(outdir = 'dist'): Promise<void> {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  await build({
    ...oneFile,
    entryPoints: { 'assay-serve': 'serve/main.ts' },
    outdir,
    target: 'node20',
    external: ['onnxruntime-node'],
    define: { ASSAY_VERSION: JSON.stringify(version) },
  });
}

/** One file, sent to machines that train: they need Node and the two packages that stay outside. */
export async function buildTrainingProgram(outdir = 'dist'): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    ...oneFile,
    entryPoints: { 'assay-train': 'engine/training/outside/training-program.ts' },
    outdir,
    target: 'node22',
    external: ['onnxruntime-node', '@duckdb/node-api'],
  });
}

const DAY_MS = 86_400_000;

/** An engine that is running still loads chunks of its own build, so chunks go only when they are a day old. */
function removeOldChunks(): void {
  const dist = join(root, 'dist');
  for (const name of readdirSync(dist)) {
    if (!/-[A-Z0-9]{8}\.js(\.map)?$/.test(name)) continue;
    const path = join(dist, name);
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path);
  }
}

async function buildElectron(): Promise<void> {
  const { build } = await import('esbuild');
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    external,
    logLevel: 'warning',
  } as const;
  await build({
    ...common,
    entryPoints: {
      main: 'electron/main.ts',
      'engine-host': 'electron/engine-host/child.ts',
      'reading-thread': 'engine/tracking/reading/reading-thread.ts',
      'report-thread': 'engine/report-document/report-thread.ts',
      'comparing-thread': 'engine/monitoring/comparing-thread.ts',
    },
    outdir: 'dist/electron',
    format: 'esm',
    target: 'node22',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  // A sandboxed preload is one CommonJS file: it can neither import nor require files of its own.
  await build({
    ...common,
    entryPoints: { preload: 'electron/preload/preload.ts' },
    outdir: 'dist/electron',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    target: 'node22',
  });
}

async function buildRenderer(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'build/vite.config.ts'), logLevel: 'warn' });
  await compressAssets(join(root, 'dist/renderer'));
}

/** Brings `dist/` up to date. `say` is told what is being built, for it can take some seconds. */
export async function buildStale(
  say: (line: string) => void,
  parts: { electron: boolean; workbench: boolean } = { electron: true, workbench: true },
): Promise<void> {
  const started = Date.now();
  let built = false;
  const part = async (name: string, sources: string[], make: () => Promise<void>) => {
    built =
      (await whenStale(root, name, [...sources, 'build/build.ts'], async () => {
        say(`Building the ${name} …`);
        await make();
      })) || built;
  };
  await part('engine', ['engine', 'local-api'], buildEngine);
  await part('model server', ['serve', 'engine', 'local-api'], buildModelServer);
  await part('training program', ['engine', 'local-api/contract'], buildTrainingProgram);
  if (parts.electron && existsSync(join(root, 'electron/main.ts')))
    await part('desktop shell', ['electron', 'engine', 'local-api'], buildElectron);
  if (parts.workbench)
    await part(
      'workbench',
      ['renderer', 'local-api/contract', 'local-api/client', 'build/vite.config.ts'],
      buildRenderer,
    );
  if (built) say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildStale((line) => console.error(line));
}
