/** Models that Python exports, imported and asked over HTTP, beside what the library that trained them answers. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import type { ForeignCase } from '../../kit/models/foreign-models.ts';
import { pythonWith } from '../quality/python.ts';

const run = promisify(execFile);
const names = [
  'sklearn_logistic',
  'sklearn_forest',
  'sklearn_mixed',
  'sklearn_ridge',
  'sklearn_histogram',
  'lightgbm_binary',
  'lightgbm_classes',
  'lightgbm_value',
  'xgboost_binary',
  'xgboost_classes',
  'xgboost_value',
];

const found = await pythonWith(['skl2onnx', 'onnxmltools', 'lightgbm', 'xgboost']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('models exported from Python', () => {
  let dir = '';
  let api: TestApi;
  let cases: Record<string, ForeignCase> = {};

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-foreign-'));
    const script = fileURLToPath(new URL('./foreign_models.py', import.meta.url));
    await run('python' in found ? found.python : '', ['-W', 'ignore', script, dir]);
    cases = JSON.parse(await readFile(join(dir, 'cases.json'), 'utf8')) as typeof cases;
    api = await startTestApi();
  }, 600_000);
  afterAll(async () => {
    await api?.close();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(names)('%s answers what it answers in Python, to 1e-5', async (name) => {
    const { client } = api;
    const { features, rows, label, classes, probabilities, value } = cases[name] ?? {
      features: [],
      rows: [],
    };
    const path = join(dir, `${name}.onnx`);
    const job = await client.modelImports.create({ body: { path, name, features } });
    expect((await client.waitForJob(job.id)).error).toBeNull();
    const answer = await client.predictions.predict({ body: { model: name, rows } });
    expect(answer.classes).toEqual(classes);
    expect(answer.label).toEqual(label);
    const theirs = probabilities ?? (value ?? []).map((one) => [one]);
    const ours = answer.probabilities ?? (answer.value ?? []).map((one) => [one]);
    expect(ours.length).toBe(theirs.length);
    const off = theirs.map((row, i) =>
      Math.max(
        ...row.map((one, k) => Math.abs((ours[i]?.[k] ?? Number.NaN) - one) / Math.max(1, Math.abs(one))),
      ),
    );
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });
});
