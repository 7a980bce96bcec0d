/**
 * `npm run bench:data [-- --json] [-- --quick] [-- --only import]`: import, profile, validation, drift and difference of 3 million
 * flights and of a made-up table of 10 million rows and 20 columns, and drift of 20 numbers of a million rows; with the most memory
 * that a job's process took. Beside pandas, ydata-profiling and Evidently where `ASSAY_BENCH_PYTHON` names a Python that has
 * them.
 *
 * Seconds of ours are those of the job, start of its process included; of a peer those of its work, import of its packages
 * left out. Prints and never fails by time; what cannot be measured is told on stderr and has no figure.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { buildStale } from '../../build/build.ts';
import type { DatasetSource, Job } from '../../local-api/contract/index.ts';
import { ImportResult, InferredSchema } from '../../local-api/contract/index.ts';
import { watchChildren } from './data/job-memory.ts';
import { writeTable } from './data/made-table.ts';
import { measureVersions } from './data/versions.ts';
import { type BenchEngine, startBenchEngine, withTempDir } from './engine.ts';
import { type BenchRow, printReport, row } from './report.ts';

const run = promisify(execFile);
const isQuick = process.argv.includes('--quick');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const python = process.env.ASSAY_BENCH_PYTHON;
const largeRows = isQuick ? 300_000 : 10_000_000;
const driftRows = isQuick ? 50_000 : 1_000_000;
const csvRows = isQuick ? 50_000 : 1_000_000;

type Took = { job: Job; seconds: number; mb: number };

/** Starts a job, waits for its end, and watches the memory of its process. */
async function timed(engine: BenchEngine, start: () => Promise<Job>): Promise<Took> {
  const memory = watchChildren(engine.pid);
  try {
    const job = await engine.client.waitForJob((await start()).id);
    if (job.state !== 'succeeded') throw new Error(job.error?.message ?? job.state);
    const seconds = ((job.endedAtMs ?? 0) - (job.startedAtMs ?? 0)) / 1000;
    return { job, seconds, mb: memory.stop() };
  } finally {
    memory.stop();
  }
}

const PeerFigure = z.object({ name: z.string(), seconds: z.number(), mb: z.number() });
type PeerFigure = z.infer<typeof PeerFigure>;

async function peers(work: 'import' | 'profile' | 'drift', ...files: string[]): Promise<PeerFigure[]> {
  if (python === undefined) return [];
  const script = fileURLToPath(new URL('./data/peers.py', import.meta.url));
  try {
    const { stdout, stderr } = await run(python, [script, work, ...files], { maxBuffer: 64 * 1024 ** 2 });
    const failures = stderr.split('\n').filter((line) => /^[\w() -]+: \w+(Error|Exception)/.test(line));
    for (const line of failures) console.error(line);
    return stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => PeerFigure.parse(JSON.parse(line)));
  } catch (thrown) {
    console.error(`${work} by peers: ${thrown instanceof Error ? thrown.message.slice(0, 300) : thrown}`);
    return [];
  }
}

const rows: BenchRow[] = [];

function tell(name: string, took: Took, beside: readonly PeerFigure[] = []): void {
  console.error(`${name}: ${took.seconds.toFixed(2)} s, ${took.mb.toFixed(0)} MB`);
  const own = row(name, 's', took.seconds);
  if (beside.length === 0) rows.push(own);
  for (const peer of beside) {
    rows.push({ ...own, peer: peer.seconds, peerName: peer.name, ratio: peer.seconds / took.seconds });
  }
  const memory = row(`${name}, most memory of the job`, 'MB', took.mb);
  const [first] = beside;
  rows.push(
    first === undefined
      ? memory
      : { ...memory, peer: first.mb, peerName: first.name, ratio: first.mb / took.mb },
  );
}

/** A part that fails is told and left out. */
async function part(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    console.error(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

const wants = (name: string) => only === undefined || only === name;

async function importAs(engine: BenchEngine, dataset: string, source: DatasetSource): Promise<Took> {
  return timed(engine, () => engine.client.datasets.import({ body: { dataset, source } }));
}

const versionOf = ({ job }: Took): string => ImportResult.parse(job.result).versionId;

/** Profile, validation, and what changed since another version, of one version. */
async function measureVersion(
  engine: BenchEngine,
  name: string,
  { versionId, before, file }: { versionId: string; before: string | null; file: string | null },
): Promise<void> {
  const { client } = engine;
  if (wants('profile')) {
    await part(`${name}: profile`, async () => {
      const params = { versionId };
      const took = await timed(engine, () => client.datasetProfiles.compute({ params, body: {} }));
      tell(`${name}: profile in detail`, took, file === null ? [] : await peers('profile', file));
    });
  }
  if (wants('validate')) {
    await part(`${name}: validation`, async () => {
      const inferred = await timed(engine, () => client.dataSchemas.infer({ body: { versionId } }));
      tell(`${name}: infer a schema`, inferred);
      const { schema } = InferredSchema.parse(inferred.job.result);
      const took = await timed(engine, () => client.dataValidations.create({ body: { versionId, schema } }));
      tell(`${name}: validate`, took);
    });
  }
  if (before === null) return;
  if (wants('drift')) {
    await part(`${name}: drift`, async () => {
      const body = { referenceVersionId: before, currentVersionId: versionId };
      tell(`${name}: drift report`, await timed(engine, () => client.driftReports.create({ body })));
    });
  }
  if (wants('diff')) {
    await part(`${name}: difference`, async () => {
      const params = { versionId: before };
      const took = await timed(engine, () =>
        client.datasetDiffs.create({ params, body: { with: versionId } }),
      );
      tell(`${name}: difference of two versions`, took);
    });
  }
}

async function measureDrift(engine: BenchEngine, dir: string): Promise<void> {
  const [reference, current] = [join(dir, 'reference.parquet'), join(dir, 'current.parquet')];
  await writeTable(reference, { kind: 'numbers', rows: driftRows });
  await writeTable(current, { kind: 'numbers', rows: driftRows, from: driftRows, shift: 0.05 });
  const first = await importAs(engine, 'numbers', { kind: 'path', path: reference });
  const second = await importAs(engine, 'numbers', { kind: 'path', path: current });
  const body = {
    referenceVersionId: versionOf(first),
    currentVersionId: versionOf(second),
    sections: [],
  };
  const took = await timed(engine, () => engine.client.driftReports.create({ body }));
  tell(`drift of 20 columns × ${short(driftRows)}`, took, await peers('drift', reference, current));
}

function short(count: number): string {
  return count >= 1_000_000 ? `${count / 1_000_000}M` : `${count / 1000}k`;
}

await buildStale((line) => console.error(line), { electron: false, workbench: false });
await withTempDir(async (dir) => {
  const engine = await startBenchEngine(join(dir, 'workspace'));
  try {
    await part('flights', async () => {
      const flights = await importAs(engine, 'flights', { kind: 'sample', name: 'flights' });
      if (wants('import')) tell('flights (3M × 5): import', flights);
      await measureVersion(engine, 'flights (3M × 5)', {
        versionId: versionOf(flights),
        before: null,
        file: null,
      });
    });
    const name = `made up (${short(largeRows)} × 20)`;
    await part(name, async () => {
      const files = [join(dir, 'before.parquet'), join(dir, 'after.parquet')] as const;
      await writeTable(files[0], { kind: 'mixed', rows: largeRows });
      await writeTable(files[1], { kind: 'mixed', rows: largeRows, shift: 0.1, from: largeRows / 100 });
      const before = await importAs(engine, 'made', { kind: 'path', path: files[0] });
      if (wants('import')) tell(`${name}: import of Parquet, with profile`, before);
      const after = await importAs(engine, 'made', { kind: 'path', path: files[1] });
      const versions = { versionId: versionOf(after), before: versionOf(before), file: files[1] };
      await measureVersion(engine, name, versions);
    });
    if (wants('import')) {
      await part('CSV', async () => {
        const file = join(dir, 'made.csv');
        await writeTable(file, { kind: 'mixed', rows: csvRows });
        const took = await importAs(engine, 'csv', { kind: 'path', path: file });
        tell(`CSV of ${short(csvRows)} × 20: import, with profile`, took, await peers('import', file));
      });
    }
    if (wants('drift')) await part('drift', () => measureDrift(engine, dir));
    if (wants('versions'))
      await part('versions', async () => void rows.push(...(await measureVersions(dir, driftRows))));
  } finally {
    await engine.stop();
  }
});
printReport(rows);
