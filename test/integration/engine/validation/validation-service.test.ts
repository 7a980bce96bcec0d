import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workspace } from '../../../../engine/index.ts';
import {
  DataSchema,
  type DataSchemaInput,
  type DataValidationRow,
  ImportRequest,
  ImportResult,
  InferredSchema,
  type Job,
  Recipe,
  TrainRequest,
  TransformDefinition,
} from '../../../../local-api/contract/index.ts';
import { listQuery, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
let workspace: Workspace;
let dir: string;

beforeAll(async () => {
  temp = await tempWorkspace();
  workspace = temp.workspace;
  dir = mkdtempSync(join(tmpdir(), 'assay-validation-'));
});
afterAll(async () => {
  await temp.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ended(job: Job): Promise<Job> {
  return workspace.jobs.wait(job.id);
}

async function importRows(dataset: string, rows: readonly string[]): Promise<Job> {
  const path = join(dir, `${dataset}.csv`);
  writeFileSync(path, `id,colour,size\n${rows.join('\n')}\n`);
  return ended(await workspace.data.import(ImportRequest.parse({ dataset, source: { kind: 'path', path } })));
}

async function versionOf(dataset: string, rows: readonly string[]): Promise<string> {
  const job = await importRows(dataset, rows);
  expect(job.error).toBeNull();
  return ImportResult.parse(job.result).versionId;
}

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `${index},${['red', 'green'][index % 2]},${index % 7}.5`);

async function save(dataset: string, schema: DataSchemaInput) {
  return workspace.validation.saveSchema(dataset, {
    schema: DataSchema.parse(schema),
    note: '',
    origin: 'edited',
    activate: true,
  });
}

async function check(versionId: string) {
  const job = await ended(await workspace.validation.start({ versionId }));
  expect(job.error).toBeNull();
  const newest = await workspace.validation.newest(versionId);
  return workspace.validation.get(newest?.id ?? '');
}

/** The check that an import starts by itself. */
async function checkOf(versionId: string): Promise<DataValidationRow> {
  for (;;) {
    const found = await workspace.validation.newest(versionId);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a schema', () => {
  it('is inferred by a job, saved, and kept by the data that it came from', async () => {
    const versionId = await versionOf('paint', rowsOf(200));
    const job = await ended(await workspace.validation.infer({ versionId }));
    const { schema } = InferredSchema.parse(job.result);
    const saved = await save('paint', schema);
    expect(saved).toMatchObject({ version: 1, isActive: true });
    expect(await save('paint', schema)).toMatchObject({ version: 1 });
    expect(await check(versionId)).toMatchObject({
      verdict: 'passed',
      failed: 0,
      schemaVersion: 1,
      dataName: 'paint v1',
    });
  });

  it('has versions, of which one is active', async () => {
    await save('paint', { columns: [{ name: 'id', type: 'integer' }] });
    expect(await workspace.validation.listSchemas('paint')).toMatchObject([
      { version: 2, isActive: true, columns: 1, rules: 0 },
      { version: 1, isActive: false, columns: 3 },
    ]);
    await workspace.validation.activateSchema('paint', '1');
    expect(await workspace.validation.getSchema('paint', null)).toMatchObject({ version: 1 });
    await workspace.validation.deleteSchema('paint', '2');
    await expect(workspace.validation.getSchema('paint', '2')).rejects.toMatchObject({
      code: 'data-schemas/not-found',
    });
  });

  it('is refused with every fault that it has', async () => {
    const refused = save('paint', {
      columns: [
        { name: 'id', type: 'integer', rules: [{ kind: 'pattern', pattern: 'a' }] },
        {
          name: 'colour',
          rules: [
            { kind: 'pattern', pattern: '(' },
            { kind: 'range', min: 3, max: 1, where: 'sizes > 1' },
          ],
        },
      ],
      rows: [
        { kind: 'condition', sql: 'id +' },
        { kind: 'condition', sql: 'size > 0' },
        { kind: 'query', sql: "SELECT * FROM read_csv('/etc/passwd')" },
        { kind: 'key', columns: ['nothing'] },
      ],
    });
    await expect(refused).rejects.toMatchObject({
      code: 'data-schemas/invalid',
      problems: [
        { path: '/columns/0/rules/0' },
        { path: '/columns/1/rules/0/pattern' },
        { path: '/columns/1/rules/1', message: 'min is larger than max' },
        { path: '/columns/1/rules/1/where', message: 'There is no column "sizes"' },
        { path: '/rows/0/sql' },
        { path: '/rows/2/sql' },
        { path: '/rows/3/columns', message: 'There is no column "nothing"' },
      ],
    });
  });
});

describe('a new version', () => {
  it('is checked by itself, and its failing rows can be read page by page', async () => {
    const versionId = await versionOf('paint', [
      ...rowsOf(200),
      ...rowsOf(150).map((row) => row.replace('red', 'mauve')),
    ]);
    const newest = await checkOf(versionId);
    expect(newest).toMatchObject({ verdict: 'failed', trigger: 'import', version: 2 });
    const report = await workspace.validation.get(newest.id);
    const broken = report.results.filter(({ status }) => status === 'failed').map(({ ruleId }) => ruleId);
    expect(broken).toEqual(['id.unique', 'colour.set']);
    const page = await workspace.validation.failingRows(newest.id, 'colour.set', { offset: 70, limit: 3 });
    expect(page).toEqual({
      columns: ['id', 'colour', 'size'],
      rows: [
        { row: 341, values: [140, 'mauve', 0.5] },
        { row: 343, values: [142, 'mauve', 2.5] },
        { row: 345, values: [144, 'mauve', 4.5] },
      ],
      offset: 70,
      total: 75,
    });
    const { items } = await workspace.validation.list(
      listQuery({ filter: "dataset = 'paint' and verdict = 'failed'" }),
    );
    expect(items.map(({ id }) => id)).toEqual([newest.id]);
  });

  it('is left alone where the dataset asks for nothing', async () => {
    await workspace.validation.changeSettings('paint', { onImport: 'off' });
    const versionId = await versionOf('paint', rowsOf(20));
    await workspace.validation.changeSettings('paint', { onImport: 'report' });
    await check(await versionOf('paint', rowsOf(30)));
    expect(await workspace.validation.newest(versionId)).toBeNull();
  });
});

describe('an import', () => {
  it('whose rows fail makes no version where the dataset says so, and its report stays', async () => {
    await workspace.validation.changeSettings('paint', { onImport: 'refuse' });
    const before = (await workspace.data.get('paint')).latest?.version;
    const job = await importRows('paint', [...rowsOf(100), '99,red,1.5']);
    expect(job.error).toMatchObject({
      code: 'data-validations/refused',
      problems: [{ path: 'id.unique', message: '1 of 101 (0.99 %) repeat an earlier one' }],
    });
    expect((await workspace.data.get('paint')).latest?.version).toBe(before);
    const { items } = await workspace.validation.list(listQuery({ filter: "verdict = 'failed'", limit: 1 }));
    expect(items[0]).toMatchObject({ versionId: null, dataName: 'paint.csv', trigger: 'import' });
    const report = await workspace.validation.get(items[0]?.id ?? '');
    expect(report.results.find(({ ruleId }) => ruleId === 'id.unique')?.rows).toEqual([
      { row: 101, values: [99] },
    ]);
    const passed = await versionOf('paint', rowsOf(120));
    expect(await workspace.validation.newest(passed)).toMatchObject({
      trigger: 'import',
      dataName: `paint v${(before ?? 0) + 1}`,
    });
    const queue = await workspace.jobs.list(listQuery({ filter: "kind = 'validate' and state = 'queued'" }));
    expect(queue.items).toEqual([]);
    await workspace.validation.changeSettings('paint', { onImport: 'report' });
  });
});

describe('a transform', () => {
  it('whose rows fail writes nothing where the dataset says so, and its report stays', async () => {
    await versionOf('raw', rowsOf(20));
    await versionOf('clean', rowsOf(10));
    await save('clean', { columns: [{ name: 'id', rules: [{ kind: 'range', max: 15 }] }] });
    await workspace.validation.changeSettings('clean', { onImport: 'refuse' });
    const tidy = async (where: string) => {
      const name = 'tidy';
      await workspace.transforms.save({
        name,
        note: '',
        definition: TransformDefinition.parse({
          inputs: { raw: { dataset: 'raw' } },
          sql: `SELECT * FROM raw WHERE ${where}`,
          output: 'clean',
        }),
      });
      const run = await workspace.transforms.run(name, { force: true });
      return workspace.jobs.wait(run.jobId ?? '');
    };
    expect((await tidy('id < 9')).error).toBeNull();
    expect((await tidy('true')).error).toMatchObject({
      code: 'data-validations/refused',
      problems: [{ path: 'id.range', message: '4 of 20 (20 %) lie outside' }],
    });
    expect((await workspace.data.get('clean')).versions).toBe(2);
    const { items } = await workspace.validation.list(listQuery({ filter: "dataset = 'clean'", limit: 1 }));
    expect(items[0]).toMatchObject({ versionId: null, dataName: 'transform tidy', verdict: 'failed' });
    const { items: versions } = await workspace.data.listVersions('clean', listQuery({ sort: 'version' }));
    const verdicts = await workspace.validation.verdicts(versions.map(({ id }) => id));
    expect(verdicts.map(({ versionId, verdict }) => [versionId, verdict])).toEqual([
      [versions[1]?.id, 'warned'],
    ]);
  });
});

describe('a training', () => {
  const recipe = (dataset: string) =>
    Recipe.parse({
      task: 'classification',
      dataset,
      target: { column: 'colour' },
      trainer: { kind: 'linear' },
    });

  it('is warned of data that break their schema, and refused where the dataset says so', async () => {
    const { items } = await workspace.data.listVersions('paint', listQuery({ filter: 'version = 2' }));
    const versionId = items[0]?.id ?? '';
    expect(await workspace.training.check(recipe(versionId))).toMatchObject({
      problems: [],
      warnings: expect.arrayContaining([expect.stringContaining('paint v2 breaks 1 rules of its schema')]),
    });
    await workspace.validation.changeSettings('paint', { onTraining: 'refuse' });
    const request = TrainRequest.parse({ recipe: recipe(versionId) });
    await expect(workspace.training.start(request)).rejects.toMatchObject({
      code: 'data-validations/not-passed',
    });
  });
});
