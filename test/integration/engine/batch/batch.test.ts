import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import {
  type BatchPrediction,
  BatchPredictionRequest,
  type BatchPredictionRequestInput,
  CreateSchedule,
  ImportRequest,
  ImportResult,
} from '../../../../local-api/contract/index.ts';
import { registerModel } from '../../../kit/models/register-model.ts';
import {
  echoModel,
  flightInputs,
  lateModel,
  regressionSignature,
} from '../../../kit/models/sample-models.ts';
import { listQuery, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'assay-batch-'));
  temp = await tempWorkspace();
  await registerModel(temp.workspace, 'late', lateModel(), { aliases: ['champion'] });
  await registerModel(temp.workspace, 'echo', {
    bytes: echoModel(flightInputs),
    signature: regressionSignature(flightInputs),
  });
});
afterAll(async () => {
  await temp.close();
  rmSync(files, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(files, name);
  writeFileSync(path, text);
  return path;
}

async function importText(dataset: string, text: string): Promise<void> {
  const { data, jobs } = temp.workspace;
  const path = file(`${dataset}.csv`, text);
  const job = await data.import(ImportRequest.parse({ dataset, source: { kind: 'path', path } }));
  ImportResult.parse((await jobs.wait(job.id)).result);
}

async function predict(request: BatchPredictionRequestInput): Promise<BatchPrediction> {
  const { batches, jobs } = temp.workspace;
  const started = await batches.start(BatchPredictionRequest.parse(request));
  await jobs.wait(started.jobId);
  return batches.get(started.id);
}

/** Rows of a file of a batch, in its order. */
async function rowsOf(digest: string | undefined, format = 'parquet'): Promise<unknown[][]> {
  const path = join(files, `out-${digest?.slice(7, 20)}.${format}`);
  await temp.workspace.artifacts.copyTo(digest ?? '', path);
  const options = { readable: [path], folders: [], memoryMb: 256 };
  return withDuckDb(options, (db) => db.rows(`SELECT * FROM '${path}'`));
}

/** Flights of which the second, third and fourth do not fit: a fraction, no origin, nothing at all. */
const flights = [
  'distance,delay,origin,date,cargo,note',
  '100,1.5,ATL,2001-01-01,true,a',
  '200.5,0,ATL,2001-01-01,false,b',
  '300,0,,2001-01-01,false,c',
  ',,,,,d',
  '500,,JFK,1970-01-01 00:00:01,false,e',
].join('\n');

describe('a batch prediction', () => {
  test('takes the rows of a database file as an import does', async () => {
    const path = join(files, 'rows.sqlite');
    const db = new Database(path);
    db.exec(`CREATE TABLE other (a); CREATE TABLE flights (x);
      INSERT INTO flights VALUES (1.5), (30)`);
    db.close();
    const batch = await predict({
      model: 'late@champion',
      source: { kind: 'path', path, options: { table: 'flights' } },
    });
    expect(batch).toMatchObject({ state: 'succeeded', rows: 2, predicted: 2, sourceName: 'rows.sqlite' });
  });

  test('predicts each row as a single request would, with row number, kept columns and probabilities', async () => {
    await importText(
      'points',
      `id,x\n${Array.from({ length: 300 }, (_, i) => `p${i},${(i - 150) / 10}`).join('\n')}\n`,
    );
    const batch = await predict({
      model: 'late@champion',
      source: { kind: 'dataset', dataset: 'points' },
      keep: ['id'],
    });
    expect(batch).toMatchObject({
      state: 'succeeded',
      error: null,
      model: 'late',
      version: '1.0.0',
      sourceName: 'points v1',
      source: { kind: 'dataset', dataset: 'points', version: 1 },
      rows: 300,
      predicted: 300,
      rejected: 0,
      rejects: null,
    });
    const { latest } = await temp.workspace.data.get('points');
    expect(batch.dataDigest).toBe(latest?.digest);
    const single = await temp.workspace.serving.predict({
      model: 'late',
      rows: Array.from({ length: 300 }, (_, i) => ({ x: (i - 150) / 10 })),
    });
    const rows = await rowsOf(batch.output?.digest);
    expect(rows).toEqual(
      single.label?.map((label, i) => [BigInt(i), `p${i}`, label, ...(single.probabilities?.[i] ?? [])]),
    );
    const preview = await temp.workspace.batches.preview(batch.id);
    expect(preview.columns).toEqual(['row', 'id', 'label', 'probability_on time', 'probability_late']);
    expect(preview.rows).toHaveLength(100);
    expect(preview.rows[3]).toEqual([3, 'p3', 'on time', ...(single.probabilities?.[3] ?? [])]);
  });

  test('gives the same bytes for the same model and data', async () => {
    const request = { model: 'late', source: { kind: 'dataset' as const, dataset: 'points' } };
    const [one, two] = [await predict(request), await predict(request)];
    expect(one.id).not.toBe(two.id);
    expect(one.output?.digest).toBe(two.output?.digest);
  });

  test('keeps rows that do not fit aside with their reasons and values', async () => {
    await importText('flights', flights);
    const batch = await predict({
      model: 'echo',
      source: { kind: 'dataset', dataset: 'flights' },
      keep: ['note'],
    });
    expect(batch).toMatchObject({ state: 'succeeded', rows: 5, predicted: 2, rejected: 3 });
    // 100 + 1.5 + 1000 (ATL) + 978307200000 ms + 1, in single precision; a missing delay is NaN.
    const answers = await rowsOf(batch.output?.digest);
    expect(answers.map((row) => row.slice(0, 2))).toEqual([
      [0n, 'a'],
      [4n, 'e'],
    ]);
    expect(answers[0]?.[2]).toBeCloseTo(978307200000 + 1102.5, -6);
    expect(answers[1]?.[2]).toBeNaN();
    const rejects = await rowsOf(batch.rejects?.digest);
    expect(rejects.map(([row, reason]) => [row, reason])).toEqual([
      [1n, 'distance: not a whole number'],
      [2n, 'origin: missing'],
      [3n, 'distance: missing; origin: missing; cargo: missing'],
    ]);
    expect(rejects[0]).toContain(200.5);
    expect(batch.reasons).toHaveLength(3);
  });

  test('reads a file in the types that the model takes and keeps lines aside that have no such value', async () => {
    const path = file('new.csv', flights.replace('200.5', 'far'));
    const batch = await predict({
      model: 'echo',
      source: { kind: 'path', path },
      format: 'csv',
      keep: ['note'],
    });
    expect(batch).toMatchObject({
      state: 'succeeded',
      rows: 5,
      predicted: 2,
      rejected: 3,
      sourceName: 'new.csv',
    });
    expect((await rowsOf(batch.output?.digest, 'csv')).map((row) => row[1])).toEqual(['a', 'e']);
    const rejects = await rowsOf(batch.rejects?.digest, 'csv');
    expect(JSON.stringify(rejects.map((row) => row.map(String)))).toContain('far');
  });

  test('takes the rows of a SELECT over a dataset, and refuses one that reads files or draws numbers', async () => {
    const sql = (text: string): BatchPredictionRequestInput => ({
      model: 'late',
      source: { kind: 'sql', dataset: 'points', sql: text },
      keep: ['id'],
    });
    const batch = await predict(
      sql('WITH far AS (SELECT * FROM data WHERE x > 14) SELECT id, x * 2 AS x FROM far ORDER BY id DESC'),
    );
    expect(batch).toMatchObject({ state: 'succeeded', predicted: 9, sourceName: 'points v1 (SQL)' });
    expect((await rowsOf(batch.output?.digest)).map((row) => row[1])).toEqual(
      Array.from({ length: 9 }, (_, i) => `p${299 - i}`),
    );
    for (const text of [
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      'SELECT random() AS x FROM data',
      'SELECT 1; SELECT 2',
      'DROP TABLE data',
      'SELECT nothing FROM data',
    ])
      await expect(predict(sql(text)), text).rejects.toMatchObject({ code: 'datasets/bad-expression' });
  });

  test('names every column that is absent or of another kind before it starts', async () => {
    await importText('half', 'Distance,delay,cargo\n1,2,2001-01-01\n');
    const request: BatchPredictionRequestInput = {
      model: 'echo',
      source: { kind: 'dataset', dataset: 'half' },
      keep: ['nothing'],
    };
    const messages = [
      'the column "distance" is absent; there is "Distance"',
      'the column "origin" is absent',
      'the column "date" is absent',
      'the column "cargo" holds date values',
      'the data has no column "nothing"',
    ];
    await expect(predict(request)).rejects.toMatchObject({
      code: 'batch-predictions/columns-do-not-fit',
      problems: messages.map((message) => ({ message })),
    });
    const check = await temp.workspace.batches.check(
      BatchPredictionRequest.parse({ ...request, fillMissing: true }),
    );
    expect(check.problems.map(({ message }) => message)).toEqual(
      messages.filter((each) => !each.includes('date"')),
    );
    expect(check.notes).toEqual(['"date" is absent and counts as missing in every row']);
  });

  test('fails with the reasons when no row is left', async () => {
    await importText('hopeless', 'distance,delay,origin,date,cargo\n1.5,,ATL,,true\n2.5,,ATL,,true\n');
    const batch = await predict({ model: 'echo', source: { kind: 'dataset', dataset: 'hopeless' } });
    expect(batch).toMatchObject({
      state: 'failed',
      error: {
        code: 'batch-predictions/no-rows-left',
        problems: [{ message: 'distance: not a whole number (2 rows)' }],
      },
      output: null,
    });
    await expect(temp.workspace.batches.preview(batch.id)).rejects.toMatchObject({
      code: 'batch-predictions/no-output',
    });
  });

  test('keeps its files from the collection of garbage until it is deleted', async () => {
    const batch = await predict({
      model: 'late',
      source: { kind: 'dataset', dataset: 'points' },
      probabilities: false,
    });
    const digest = batch.output?.digest ?? '';
    const { artifacts, batches } = temp.workspace;
    await artifacts.collectGarbage({ graceMs: 0 });
    expect(await artifacts.has(digest)).toBe(true);
    await batches.delete(batch.id);
    await artifacts.collectGarbage({ graceMs: 0 });
    expect(await artifacts.has(digest)).toBe(false);
    await expect(batches.get(batch.id)).rejects.toMatchObject({ code: 'batch-predictions/not-found' });
  });
});

describe('a schedule of a batch', () => {
  const scheduled = (source: object) =>
    CreateSchedule.parse({
      name: 'nightly',
      cron: '0 6 * * *',
      work: { kind: 'batch', request: { model: 'late@champion', source } },
    });

  test('predicts the newest version of its dataset and says that it did', async () => {
    const { batches, jobs, schedules } = temp.workspace;
    await importText('growing', 'x\n1\n');
    const { id } = await schedules.create(scheduled({ kind: 'dataset', dataset: 'growing' }));
    await importText('growing', 'x\n1\n2\n');
    const run = await schedules.runNow(id);
    expect(run).toMatchObject({ outcome: 'started', byHand: true });
    await jobs.wait(run.jobId ?? '');
    const { items } = await batches.list(listQuery({ filter: `scheduleId = '${id}'` }));
    expect(items).toMatchObject([{ state: 'succeeded', sourceName: 'growing v2', predicted: 2 }]);
  });

  test('is refused for an upload, which is gone tomorrow, and for data that does not fit', async () => {
    const { schedules } = temp.workspace;
    await expect(
      schedules.create({ ...scheduled({ kind: 'upload', uploadId: 'upl_1' }), name: 'upload' }),
    ).rejects.toMatchObject({ code: 'schedules/bad-work' });
    await importText('other', 'y\n1\n');
    await expect(
      schedules.create({ ...scheduled({ kind: 'dataset', dataset: 'other' }), name: 'other' }),
    ).rejects.toMatchObject({
      code: 'batch-predictions/columns-do-not-fit',
      problems: [{ path: '/work/request/source' }],
    });
  });
});
