import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readZip } from '../../engine/zip/index.ts';
import { Cell } from '../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../kit/api.ts';
import { ended, importPenguins } from '../kit/penguins.ts';
import { type MlflowServer, serveWithMlflow } from './mlflow-server.ts';
import { newestMlflow, packagesInstead, pythonWithMlflow } from './python.ts';

const found = await pythonWithMlflow(newestMlflow.name, newestMlflow.requirements, newestMlflow.given);
if ('missing' in found) console.log(`Skipped: no Python with mlflow and ONNX Runtime: ${found.missing}`);

const GoldenRows = z.object({ rows: z.array(z.record(z.string(), Cell)) });
const Answer = z.object({
  predictions: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
});
type Row = z.infer<typeof GoldenRows>['rows'][number];

let api: TestApi;
let dataset: string;
beforeAll(async () => {
  if ('missing' in found) return;
  api = await startTestApi();
  dataset = await importPenguins(api.client);
});
afterAll(() => api?.close());

/** A trained model as a bundle that was unpacked, its golden rows, and a real server over it. */
async function served(model: string, recipe: object) {
  const job = await api.client.training.start({
    body: { experimentId: '0', recipe: { dataset, seed: 7, ...recipe } as never },
  });
  const { runId } = await ended(api.client, job);
  await api.client.models.register({ params: { model }, body: { runId: String(runId) } });
  const path = join(api.workspace.dir, 'exports', `${model}.zip`);
  const written = await api.client.models.export({
    params: { model, version: '1.0.0' },
    body: { format: 'bundle', path },
  });
  await ended(api.client, written);
  const folder = join(api.workspace.dir, 'exports', model);
  for (const [name, bytes] of readZip(await readFile(path), { files: 1000, bytes: 2 ** 30 })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const { rows } = GoldenRows.parse(JSON.parse(await readFile(join(folder, 'golden-rows.json'), 'utf8')));
  const python = 'python' in found ? found.python : '';
  // What requirements.txt of the bundle asks for: MLflow hands the text type of pandas 3 on to ONNX Runtime, which does not take it.
  const packages = await packagesInstead(python, 'pandas-2', ['pandas<3', 'pytz']);
  return { rows, mlflow: await serveWithMlflow(python, folder, packages) };
}

async function invoke(url: string, headers: Record<string, string>, body: object) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect([answer.status, answer.ok ? '' : text]).toEqual([200, '']);
  return Answer.parse(JSON.parse(text)).predictions;
}

const columnsOf = (rows: readonly Row[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))];

/** The rows in two of MLflow's forms. A missing text is an empty one: MLflow gives null to the model as the text "None". */
function formsOf(rows: readonly Row[]): object[] {
  const columns = columnsOf(rows);
  const isText = new Set(columns.filter((name) => rows.some((row) => typeof row[name] === 'string')));
  const cellOf = (row: Row, name: string) => row[name] ?? (isText.has(name) ? '' : null);
  const data = rows.map((row) => columns.map((name) => cellOf(row, name)));
  const records = rows.map((row) => Object.fromEntries(columns.map((name) => [name, cellOf(row, name)])));
  return [{ dataframe_split: { columns, data } }, { dataframe_records: records }];
}

async function expectSameAnswers(model: string, rows: readonly Row[], mlflow: MlflowServer): Promise<void> {
  const token = { authorization: `Bearer ${api.token}` };
  for (const form of formsOf(rows)) {
    const theirs = await invoke(`${mlflow.url}/invocations`, {}, form);
    const ours = await invoke(`${api.url}/endpoints/${model}/invocations`, token, form);
    expect(ours.length).toBe(rows.length);
    for (const [row, answer] of ours.entries()) {
      const other = theirs[row] ?? {};
      expect(Object.keys(other)).toEqual(Object.keys(answer));
      for (const [name, value] of Object.entries(answer)) {
        if (typeof value !== 'number') expect([row, name, other[name]]).toEqual([row, name, value]);
        else {
          const apart = Math.abs(Number(other[name]) - value) / Math.max(1, Math.abs(value));
          expect(apart, `${name} of row ${row}`).toBeLessThan(1e-6);
        }
      }
    }
  }
}

describe.skipIf('missing' in found)('mlflow models serve over a bundle', () => {
  test('answers the golden rows of a classification as Assay does, split and as records', async () => {
    const target = { column: 'Species' };
    const { rows, mlflow } = await served('species', {
      task: 'classification',
      target,
      trainer: { kind: 'gbdt', trees: 20 },
    });
    try {
      await expectSameAnswers('species', rows, mlflow);
    } finally {
      await mlflow.close();
    }
  });

  test('answers the golden rows of a regression as Assay does, split and as records', async () => {
    const target = { column: 'Body Mass (g)' };
    const { rows, mlflow } = await served('mass', {
      task: 'regression',
      target,
      trainer: { kind: 'linear' },
    });
    try {
      await expectSameAnswers('mass', rows, mlflow);
    } finally {
      await mlflow.close();
    }
  });
});
