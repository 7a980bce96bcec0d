import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionsCompared, PredictionTest, Run } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { type DuckDb, quoteIdentifier, quoteText, withDuckDb } from '../duckdb/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import { logLoss, measureQueries, type Names, testAccuracy, testAuc, testLoss } from './prediction-tests.ts';

const FILE = 'predictions.parquet';
const MEMORY_MB = 512;

type Parts = {
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'copyTo'>;
  tmpDir: string;
};

/** See `ComparisonService.comparePredictions`. All sums are made by DuckDB, in its own threads. */
export async function comparePredictions(
  { tracking, artifacts, tmpDir }: Parts,
  request: { a: string; b: string; confidence: number },
): Promise<PredictionsCompared> {
  const [a, b] = await Promise.all([tracking.getRun(request.a), tracking.getRun(request.b)]);
  const digests = await Promise.all([predictionsOf(tracking, a), predictionsOf(tracking, b)]);
  refuseOtherData(a, b);
  const folder = await mkdtemp(join(tmpDir, 'predictions-'));
  try {
    const files = digests.map((digest, place) => ({ digest, path: join(folder, `${place}.parquet`) }));
    await Promise.all(files.map(({ digest, path }) => artifacts.copyTo(digest, path)));
    const options = { readable: [], folders: [folder], memoryMb: MEMORY_MB };
    return await withDuckDb(options, (db) =>
      compareFiles(
        db,
        files.map(({ path }) => path),
        { a, b },
        request.confidence,
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function predictionsOf(tracking: Parts['tracking'], run: Run): Promise<string> {
  try {
    return (await tracking.findArtifact(run.id, FILE)).digest;
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'artifacts/not-found') throw thrown;
    throw new AssayError(
      'comparison/no-predictions',
      `The run ${run.name} has no ${FILE}: ${messageOf(thrown)}`,
    );
  }
}

function refuseOtherData(a: Run, b: Run): void {
  const data = (run: Run) =>
    run.inputs
      .map(({ digest }) => digest)
      .sort()
      .join(' ');
  const differs = [
    ...(data(a) === data(b) ? [] : ['the data']),
    ...(a.params.target === b.params.target ? [] : ['the target']),
    ...(a.params.group === b.params.group ? [] : ['the group']),
  ];
  if (differs.length > 0) throw otherData(`${differs.join(' and ')} of ${a.name} and ${b.name} differ`);
}

function otherData(reason: string): AssayError {
  return new AssayError('comparison/other-data', `Row by row they cannot be compared: ${reason}.`);
}

async function compareFiles(
  db: DuckDb,
  [fileA = '', fileB = '']: readonly string[],
  runs: { a: Run; b: Run },
  confidence: number,
): Promise<PredictionsCompared> {
  const table = (path: string) => `read_parquet(${quoteText(path)}, hive_partitioning = false)`;
  const [classesA, classesB] = [await classesOf(db, table(fileA)), await classesOf(db, table(fileB))];
  if (classesA.join('\n') !== classesB.join('\n')) throw otherData('they tell other classes apart');
  const isRegression = classesA.length === 0;
  const isRanking = runs.a.params.task === 'ranking' && runs.b.params.task === 'ranking';
  const query = isRanking ? ', a."assay.query" AS query' : '';
  const answers = isRegression
    ? `a."assay.value" AS value_a, b."assay.value" AS value_b${query}`
    : `a."assay.label" AS label_a, b."assay.label" AS label_b, ${classesA.map((name) => bothOf(name)).join(', ')}`;
  const positive = classesA[1] ?? '';
  const scores = classesA.length === 2 ? `, ${bothOf(positive, 'score_a', 'score_b')}` : '';
  await db.run(
    `CREATE TABLE pairs AS SELECT a."assay.truth" AS truth, ${answers}${scores}
     FROM ${table(fileA)} AS a JOIN ${table(fileB)} AS b ON a."assay.row" = b."assay.row" AND a."assay.truth" = b."assay.truth"`,
  );
  const counts = `SELECT (SELECT count(*) FROM pairs), (SELECT count(*) FROM ${table(fileA)}), (SELECT count(*) FROM ${table(fileB)})`;
  const [rows = 0, ofA = 0, ofB = 0] = ((await db.rows(counts))[0] ?? []).map(Number);
  if (rows < 2) throw otherData('they share no test rows');
  const names = namesOf(runs);
  if (isRanking) await measureQueries(db);
  const ndcg = { a: 'ndcg_a', b: 'ndcg_b' };
  const tests: (PredictionTest | null)[] = isRanking
    ? [await testLoss(db, 'ndcg', ndcg, names, confidence, 'queries')]
    : isRegression
      ? [
          await testLoss(
            db,
            'mae',
            { a: 'abs(value_a - truth)', b: 'abs(value_b - truth)' },
            names,
            confidence,
          ),
          await testLoss(
            db,
            'mse',
            { a: '(value_a - truth) ** 2', b: '(value_b - truth) ** 2' },
            names,
            confidence,
          ),
        ]
      : [
          classesA.length === 2 ? await testAuc(db, positive, names, confidence) : null,
          await testLoss(
            db,
            'log_loss',
            { a: logLoss(classesA, 'a'), b: logLoss(classesA, 'b') },
            names,
            confidence,
          ),
          await testAccuracy(db, names, confidence),
        ];
  return {
    a: runs.a.id,
    b: runs.b.id,
    rows,
    leftOut: { a: ofA - rows, b: ofB - rows },
    task: isRanking ? 'ranking' : isRegression ? 'regression' : 'classification',
    tests: tests.filter((test) => test !== null),
    notes: notesOn({ rows, ofA, ofB }),
  };
}

function bothOf(name: string, asA = `a.p.${name}`, asB = `b.p.${name}`): string {
  const column = quoteIdentifier(`assay.p.${name}`);
  return `a.${column} AS ${quoteIdentifier(asA)}, b.${column} AS ${quoteIdentifier(asB)}`;
}

async function classesOf(db: DuckDb, table: string): Promise<string[]> {
  const columns = await db.describe(`SELECT * FROM ${table}`);
  return columns.flatMap(({ name }) => (name.startsWith('assay.p.') ? [name.slice('assay.p.'.length)] : []));
}

/** Runs often share a name; their ids tell them apart then. */
function namesOf({ a, b }: { a: Run; b: Run }): Names {
  if (a.name !== b.name) return { a: a.name, b: b.name };
  return { a: `${a.name} ${a.id.slice(0, 8)}`, b: `${b.name} ${b.id.slice(0, 8)}` };
}

function notesOn({ rows, ofA, ofB }: { rows: number; ofA: number; ofB: number }): string[] {
  const notes = [
    'This is about these two models on these rows. Whether the way of training is better, other seeds tell.',
  ];
  if (rows < Math.max(ofA, ofB))
    notes.push(`${ofA - rows} and ${ofB - rows} rows that only one of them was tested on are left out.`);
  return notes;
}
