/** The stand-alone server of exported models: `node assay-serve.mjs FOLDER`. Needs Node and onnxruntime-node only. */
import cluster from 'node:cluster';
import { messageOf } from '../engine/errors.ts';
import { readExports, serveExports } from './exported-models.ts';
import { answerFirstProcess, collectFromWorkers, createServerMetrics } from './metrics.ts';
import { readOptions, type ServeOptions, UsageError, usage } from './options.ts';
import { startModelServer } from './server.ts';

/** Set by the build. */
declare const ASSAY_VERSION: string;

async function serve(options: ServeOptions): Promise<void> {
  if (cluster.isWorker) answerFirstProcess();
  const models = await serveExports(await readExports(options.folder), options);
  const version = typeof ASSAY_VERSION === 'string' ? ASSAY_VERSION : '0.0.0';
  const server = await startModelServer(models, createServerMetrics(models), { ...options, version });
  const names = (await models.list()).map(({ name, version: newest }) => `${name} ${newest}`).join(', ');
  if (!cluster.isWorker) tellReady(server.url, names);
  onceAskedToEnd(async () => {
    await server.close();
    process.exit(0);
  });
}

function tellReady(url: string, what: string): void {
  process.stdout.write(`assay-serve is ready: ${url} (${what})\n`);
}

/** One process more than answers: it starts them, and again what has failed. */
function superviseWorkers(options: ServeOptions): void {
  collectFromWorkers();
  let isEnding = false;
  let listening = 0;
  cluster.on('listening', (_worker, { port }) => {
    listening += 1;
    if (listening !== options.workers) return;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    tellReady(`http://${host}:${port}`, `${options.workers} workers`);
  });
  for (let index = 0; index < options.workers; index += 1) cluster.fork();
  cluster.on('exit', (worker, code) => {
    if (isEnding) return;
    // One that could not start would not start the next time either.
    if (code === startFailure) process.exit(startFailure);
    console.error(`Worker ${worker.id} ended with ${code}; another takes its place.`);
    cluster.fork();
  });
  onceAskedToEnd(async () => {
    isEnding = true;
    cluster.disconnect(() => process.exit(0));
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  });
}

function onceAskedToEnd(end: () => Promise<void>): void {
  let isAsked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (isAsked) process.exit(1);
      isAsked = true;
      void end();
    });
}

const startFailure = 70;

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === null) process.stdout.write(usage);
  else if (options.workers > 1 && cluster.isPrimary) superviseWorkers(options);
  else await serve(options);
} catch (thrown) {
  console.error(
    thrown instanceof UsageError ? `${thrown.message}\n\n${usage}` : `assay-serve: ${messageOf(thrown)}`,
  );
  process.exit(thrown instanceof UsageError ? 2 : startFailure);
}
