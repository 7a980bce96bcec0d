import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ExplainRowsRequest,
  ImportModelRequest,
  type ImportModelRequestInput,
  ImportRequest,
  ImportResult,
  type Job,
  ModelImportResult,
  VersionComparison,
} from '../../../../local-api/contract/index.ts';
import { endlessModel, foreignCase, loopingModel } from '../../../kit/models/foreign-models.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
beforeAll(async () => {
  temp = await tempWorkspace();
});
afterAll(() => temp?.close());

async function imported(request: ImportModelRequestInput): Promise<Job> {
  const { modelImports, jobs } = temp.workspace;
  return jobs.wait((await modelImports.import(ImportModelRequest.parse(request))).id);
}

test('an imported model is served, measured and explained on data, bundled with its card, and imported once', async () => {
  const { workspace, dir } = temp;
  const { path, features, rows, label = [], probabilities = [] } = await foreignCase('sklearn_logistic');
  const request = {
    path,
    name: 'iris',
    version: '1.0.0',
    features,
    target: 'species',
    aliases: ['champion'],
  };
  const result = ModelImportResult.parse((await imported(request)).result);
  expect(result).toMatchObject({
    model: 'iris',
    version: '1.0.0',
    change: 'added',
    report: { problems: [] },
  });

  const answer = await workspace.serving.predict({ model: 'iris@champion', rows });
  expect(answer.label).toEqual(label);
  for (const [i, row] of (answer.probabilities ?? []).entries())
    row.forEach((p, k) => {
      expect(p).toBeCloseTo(probabilities[i]?.[k] ?? Number.NaN, 5);
    });
  const version = await workspace.models.getVersion('iris', '1.0.0');
  expect(version).toMatchObject({ trainer: 'imported', metrics: {}, datasetVersionId: null });
  expect(version.card).toContain('it is not known here what it was trained on');

  const csv = join(dir, 'iris.csv');
  const lines = rows.map((row, i) => [...features.map((name) => row[name]), label[i]].join(','));
  await writeFile(csv, `${[...features, 'species'].join(',')}\n${lines.join('\n')}\n`);
  const source = { kind: 'path' as const, path: csv };
  const data = await workspace.jobs.wait(
    (await workspace.data.import(ImportRequest.parse({ dataset: 'iris', source }))).id,
  );
  const { versionId } = ImportResult.parse(data.result);

  const second = ModelImportResult.parse(
    (await imported({ ...request, version: '1.1.0', aliases: [] })).result,
  );
  const compared = await workspace.versionComparer.start('iris', {
    versions: ['1.0.0', second.version],
    datasetVersionId: versionId,
    confidence: 0.95,
  });
  const comparison = VersionComparison.parse((await workspace.jobs.wait(compared.id)).result);
  const accuracy = comparison.metrics.find(({ metric }) => metric === 'accuracy');
  expect(accuracy?.versions.map(({ value }) => value)).toEqual([1, 1]);

  const explained = await workspace.explanations.rows(
    ExplainRowsRequest.parse({ model: 'iris@champion', rows: rows.slice(0, 1), datasetVersionId: versionId }),
  );
  const [row] = explained.rows;
  expect(row).toMatchObject({
    output: 'setosa',
    features: features.map((name) => ({ name, standardError: null })),
  });

  const made = await workspace.bundles.export('iris', '1.0.0', {
    format: 'bundle',
    overwrite: false,
  });
  expect((await workspace.jobs.wait(made.id)).error).toBeNull();

  expect((await imported(request)).result).toMatchObject({ change: 'unchanged', runId: result.runId });
});

test('a file that was sent is imported, keeps its bytes, and problems are told all at once', async () => {
  const { workspace } = temp;
  const { path, file } = await foreignCase('sklearn_ridge');
  const { uploadId } = await workspace.data.receiveUpload('ridge.onnx', createReadStream(path));
  const refused = await imported({ uploadId, name: 'ridge', features: ['a', 'a'], classes: ['x', 'y', 'z'] });
  expect(refused.state).toBe('failed');
  expect(refused.error?.problems?.map(({ path: at }) => at)).toEqual([
    '/features',
    '/features/1',
    '/classes',
  ]);

  const { runId } = ModelImportResult.parse((await imported({ uploadId, name: 'ridge' })).result);
  const kept = await workspace.tracking.findArtifact(runId, 'imported/ridge.onnx');
  expect(await workspace.artifacts.read(kept.digest)).toEqual(file);
});

test('a loop that never ends is ended, said, and harms nobody', async () => {
  const { workspace, dir } = temp;
  const path = join(dir, 'endless.onnx');
  await writeFile(path, endlessModel());
  const job = await imported({ path, name: 'endless', seconds: 4 });
  expect(job.error).toMatchObject({
    code: 'jobs/timed-out',
    message: expect.stringContaining('a loop in it never ends'),
  });
  await expect(workspace.models.get('endless')).rejects.toMatchObject({ code: 'models/not-found' });
});

test('a model with a loop that ends is imported, and answers', async () => {
  const { workspace, dir } = temp;
  const path = join(dir, 'loop.onnx');
  await writeFile(path, loopingModel(3n));
  const job = await imported({ path, name: 'loop', features: ['carried'] });
  expect(ModelImportResult.parse(job.result).report.warnings).toEqual([
    'It decides while it runs how long it runs: it answers in a process of its own.',
  ]);
  const rows = [{ carried: 1 }, { carried: 2.5 }];
  expect((await workspace.serving.predict({ model: 'loop', rows })).value).toEqual([4, 5.5]);
});

test('other formats are named, with the way to ONNX', async () => {
  const { dir } = temp;
  const path = join(dir, 'model.pkl');
  await writeFile(
    path,
    Buffer.concat([Buffer.from([0x80, 0x04, 0x95]), await readFile(new URL(import.meta.url))]),
  );
  expect((await imported({ path, name: 'pickle' })).error).toMatchObject({
    code: 'models/not-importable',
    message: 'This is a Python pickle (joblib, scikit-learn), not an ONNX file.',
    hint: expect.stringContaining('skl2onnx'),
  });
});
