/**
 * What trains on another machine: reads `training.json` and the data in the folder that it is given, trains as a job process
 * does, and tells of it by lines of its output (report.ts). Built as one file; DuckDB and ONNX Runtime lie beside it.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorTable } from '../../../local-api/contract/errors.ts';
import type { JobError } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { JobContext } from '../../jobs/index.ts';
import { run, type TrainJobInput, type TrainJobMessage } from '../train-job.ts';
import { coefficientsFile, runFiles } from '../training-service.ts';
import { packRunFiles, type ReportLine, toReportLine } from './report.ts';
import { orderFiles } from './training-order.ts';

const progressMs = 1000;

function say(line: ReportLine): void {
  process.stdout.write(`${toReportLine(line)}\n`);
}

async function main(folder: string): Promise<void> {
  // Written by the engine that sent this program along.
  const input: TrainJobInput = JSON.parse(await readFile(join(folder, orderFiles.order), 'utf8'));
  const { seconds } = input.recipe.limits;
  const timer = setTimeout(() => {
    fail(new AssayError('jobs/timed-out', `The training ran longer than its ${seconds} seconds.`));
    process.exit();
  }, seconds * 1000);
  const tmpDir = await mkdtemp(join(tmpdir(), 'assay-training-'));
  try {
    const dataset = { ...input.dataset, files: input.dataset.files.map((name) => join(folder, name)) };
    const output = await run(contextOf({ ...input, dataset }, tmpDir));
    const files = new Map<string, Uint8Array>();
    for (const path of Object.values(runFiles)) files.set(path, await readFile(join(tmpDir, path)));
    if (existsSync(join(tmpDir, coefficientsFile))) {
      files.set(coefficientsFile, await readFile(join(tmpDir, coefficientsFile)));
    }
    const { lines, digest } = packRunFiles(files);
    for (const line of lines) say(line);
    say({ type: 'done', output, digest });
  } finally {
    clearTimeout(timer);
    await rm(tmpDir, { recursive: true, force: true });
  }
}

function contextOf(input: TrainJobInput, tmpDir: string): JobContext<TrainJobInput> {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    input,
    tmpDir,
    // Who cancels ends the process.
    signal: new AbortController().signal,
    progress(fraction, message) {
      if (performance.now() - toldAt < progressMs) return;
      toldAt = performance.now();
      say({ type: 'progress', fraction, message });
    },
    log: (text, level = 'info') => say({ type: 'log', level, text }),
    send(message) {
      // What it tells of its folds stays there; their figures come back with the files of the run.
      const told = message as TrainJobMessage;
      if (told.type === 'metrics') say(told);
    },
    room: async () => {},
  };
}

function fail(thrown: unknown): void {
  process.exitCode = 1;
  say({ type: 'failed', error: errorOf(thrown) });
}

function errorOf(thrown: unknown): JobError {
  if (!(thrown instanceof AssayError))
    return { code: 'internal', message: messageOf(thrown), hint: errorTable.internal.hint };
  const { code, message, hint, problems } = thrown;
  return { code, message, hint, ...(problems === undefined ? {} : { problems: [...problems] }) };
}

main(process.argv[2] ?? '.').catch(fail);
