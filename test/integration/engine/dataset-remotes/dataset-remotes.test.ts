import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import {
  DataExportRequest,
  DataExportResult,
  DatasetPushResult,
  ImportRequest,
  ImportResult,
  type Job,
} from '../../../../local-api/contract/index.ts';
import { failureOf } from '../../../kit/data/snapshots.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let here: TempWorkspace;
let there: TempWorkspace;
let share: string;

beforeAll(async () => {
  here = await tempWorkspace();
  there = await tempWorkspace();
  share = join(here.dir, 'share');
  await mkdir(share);
  for (const { workspace } of [here, there]) {
    await workspace.remotes.create({ name: 'lake', kind: 'folder', config: { path: share }, secrets: {} });
    await workspace.remotes.create({
      name: 'tracker',
      kind: 'mlflow',
      config: { url: 'http://127.0.0.1:9' },
      secrets: {},
    });
  }
});
afterAll(async () => {
  await here.close();
  await there.close();
});

async function ended(temp: TempWorkspace, job: Job): Promise<Job> {
  return temp.workspace.jobs.wait(job.id);
}

/** Imports the rows of a query as the next version of a dataset. */
async function imported(dataset: string, select: string): Promise<ImportResult> {
  const path = join(here.dir, `${dataset}-${select.length}.parquet`);
  await withDuckDb({ readable: [], folders: [here.dir], memoryMb: 512 }, (db) =>
    db.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`),
  );
  const job = await here.workspace.data.import(
    ImportRequest.parse({ dataset, source: { kind: 'path', path } }),
  );
  return ImportResult.parse((await ended(here, job)).result);
}

async function pushed(ref: string): Promise<DatasetPushResult> {
  const job = await ended(here, await here.workspace.datasetRemotes.push(ref, 'lake'));
  expect(job.error).toBeNull();
  return DatasetPushResult.parse(job.result);
}

async function pulled(ref: string, as?: string): Promise<Job> {
  return ended(there, await there.workspace.datasetRemotes.pull('lake', { ref, as }));
}

const large = (rows: number) =>
  `SELECT i AS id, hash(i) % 1000 / 7 AS x, 'c' || hash(i * 3) % 50 AS name FROM range(${rows}) t(i)`;

describe('versions at a target', () => {
  it('travel whole the first time, then only what is not there, and are the same on the other side', async () => {
    const one = await imported('trips', large(200_000));
    await imported('trips', `${large(200_000)} UNION ALL SELECT -i - 1, 0.5, 'more' FROM range(20) t(i)`);
    await here.workspace.data.setAlias('trips', 'good', 1);
    const first = await pushed('trips@1');
    expect(first.sentFiles).toBe(first.files);
    expect(first.files).toBeGreaterThan(1);
    expect(await pushed('trips@1')).toMatchObject({ sentFiles: 0, sentBytes: 0 });
    const second = await pushed('trips');
    expect(second.sentFiles).toBeLessThanOrEqual(2);

    const result = ImportResult.parse((await pulled('trips@good')).result);
    expect(result).toMatchObject({ dataset: 'trips', version: 1, digest: one.digest, created: true });
    const { data } = there.workspace;
    expect((await data.rows(result.versionId, 199_999, 5)).rows).toEqual(
      (await here.workspace.data.rows(one.versionId, 199_999, 5)).rows,
    );
    expect(await data.profile(result.versionId)).toEqual(await here.workspace.data.profile(one.versionId));
    expect(ImportResult.parse((await pulled('trips@1')).result)).toMatchObject({
      version: 1,
      created: false,
    });
    const newest = ImportResult.parse((await pulled('trips')).result);
    expect(newest).toMatchObject({ version: 2, rows: 200_020, created: true });
    expect((await data.getVersion(newest.versionId)).addedBytes).toBeLessThan(second.sentBytes + 1);
  });

  it('are refused when a file was damaged, or another version has the number, or the target keeps no files', async () => {
    await imported('small', 'SELECT 1 AS x');
    const { digest } = await pushed('small');
    const file = join(share, 'datasets', 'files', digest.slice(7, 9), `${digest.slice(7)}.parquet`);
    const bytes = await readFile(file);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect((await pulled('small')).error?.code).toBe('targets/damaged');
    await rm(file);
    expect((await pulled('small')).error?.code).toBe('targets/not-there');
    const missing = await pulled('small@7');
    expect(missing.error?.code).toBe('targets/not-there');
    expect(missing.error?.message).toContain('Of small there are the versions 1');
    const versions = join(share, 'datasets', 'versions', 'small');
    const [name = ''] = await readdir(versions);
    await writeFile(join(versions, name.replace(/-[0-9a-f]+/, '-0123456789abcdef')), '{}');
    const job = await ended(here, await here.workspace.datasetRemotes.push('small', 'lake'));
    expect(job.error?.code).toBe('targets/conflict');
    expect((await failureOf(here.workspace.datasetRemotes.push('small', 'tracker'))).code).toBe(
      'targets/unsupported',
    );
  });
});

describe('rows as a file', () => {
  it('are those asked for, in their order, and can be read again', async () => {
    await imported('letters', `SELECT i AS id, chr(97 + i::INT) AS letter FROM range(5) t(i)`);
    const { dataExports, jobs } = here.workspace;
    const letters = { kind: 'version', versionId: 'letters' } as const;
    const read = async (request: Record<string, unknown>) => {
      const job = await dataExports.start(letters, DataExportRequest.parse(request));
      const result = DataExportResult.parse((await jobs.wait(job.id)).result);
      const chunks: Buffer[] = [];
      for await (const chunk of await (await dataExports.find(result.exportId)).open()) chunks.push(chunk);
      return { ...result, text: Buffer.concat(chunks).toString('utf8') };
    };
    expect(await read({ where: 'id > 2', columns: ['letter', 'id'] })).toMatchObject({
      name: 'letters-v1.csv',
      rows: 2,
      text: 'letter,id\nd,3\ne,4\n',
    });
    expect((await read({ format: 'jsonl', where: 'id = 0' })).text).toBe('{"id":0,"letter":"a"}\n');
    expect((await read({ format: 'tsv', compress: 'gzip' })).name).toBe('letters-v1.tsv.gz');
    const wrong = async (request: Record<string, unknown>) =>
      (await failureOf(dataExports.start(letters, DataExportRequest.parse(request)))).code;
    expect(await wrong({ columns: ['no'] })).toBe('request/invalid');
    expect(await wrong({ format: 'arrow', compress: 'gzip' })).toBe('request/invalid');
    expect((await failureOf(dataExports.find('job_none'))).code).toBe('datasets/export-not-found');
  });
});
