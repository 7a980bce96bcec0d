import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createSession } from '../../../../engine/onnx/index.ts';
import { ExportResult, RegisterRequest } from '../../../../local-api/contract/index.ts';
import {
  type ModelRegistryFixture,
  modelRegistryFixture,
} from '../../../kit/models/model-registry-fixture.ts';
import {
  echoModel,
  flightInputs,
  lateModel,
  regressionSignature,
} from '../../../kit/models/sample-models.ts';

let fixture: ModelRegistryFixture;

beforeEach(async () => {
  fixture = await modelRegistryFixture();
});
afterEach(() => fixture.close());

async function registered(name = 'late', files: Parameters<ModelRegistryFixture['trainedRun']>[0] = late()) {
  const runId = await fixture.trainedRun(files);
  return fixture.registry.register(name, RegisterRequest.parse({ runId }));
}

function late() {
  const { bytes, signature } = lateModel();
  return { model: bytes, signature, card: '# Late\n', evaluation: { metrics: { auc: 0.7 } } };
}

async function exportOf(
  options: { path?: string; overwrite?: boolean } = {},
  name = 'late',
): Promise<ExportResult> {
  const job = await fixture.registry.export(name, '1.0.0', {
    path: options.path,
    overwrite: options.overwrite ?? false,
  });
  const ended = await fixture.jobs.wait(job.id);
  if (ended.state !== 'succeeded') throw new Error(JSON.stringify(ended.error));
  return ExportResult.parse(ended.result);
}

describe('an export', () => {
  test('is a folder with the model, everything around it, and checksums that hold', async () => {
    const { digest } = await registered();
    const { path, files } = await exportOf();
    expect(path).toBe(join(fixture.dir, 'exports', 'late-1.0.0'));
    expect((await readdir(path)).sort()).toEqual(files.map((file) => file.path).sort());
    expect(await readdir(join(fixture.dir, 'exports'))).toEqual(['late-1.0.0']);
    expect(files.map((file) => file.path)).toEqual(
      expect.arrayContaining([
        'MLmodel',
        'README.md',
        'card.md',
        'evaluation.json',
        'model.onnx',
        'signature.json',
      ]),
    );
    expect(files.find((file) => file.path === 'model.onnx')?.digest).toBe(digest);
    for (const file of files) {
      const bytes = await readFile(join(path, file.path));
      expect(bytes.byteLength, file.path).toBe(file.sizeBytes);
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, file.path).toBe(file.digest);
    }
    expect(await readFile(join(path, 'card.md'), 'utf8')).toBe('# Late\n');
    const listed = (await readFile(join(path, 'checksums.sha256'), 'utf8')).trim().split('\n');
    expect(listed).toHaveLength(files.length - 1);
  });

  test('answers its example request as its example response says', async () => {
    await registered();
    const { path } = await exportOf();
    const read = async (file: string): Promise<unknown> =>
      JSON.parse(await readFile(join(path, file), 'utf8'));
    expect(await read('example-request.json')).toEqual({
      model: 'late/1.0.0',
      rows: [{ x: 0.5 }, { x: 0.5 }, { x: 0.5 }],
    });
    expect(await read('example-response.json')).toMatchObject({
      model: 'late',
      version: '1.0.0',
      rows: 3,
      label: ['late', 'late', 'late'],
      classes: ['on time', 'late'],
    });
  });

  test('has scripts that answer the same', async () => {
    await registered('echo', {
      model: echoModel(flightInputs),
      signature: regressionSignature(flightInputs),
    });
    const { path } = await exportOf({}, 'echo');
    const expected: unknown = JSON.parse(await readFile(join(path, 'example-response.json'), 'utf8'));
    const copy = join(fixture.dir, 'elsewhere');
    await cp(path, copy, { recursive: true });
    await mkdir(join(copy, 'node_modules'));
    for (const name of ['onnxruntime-node', 'onnxruntime-common'])
      await symlink(join(process.cwd(), 'node_modules', name), join(copy, 'node_modules', name));
    const { stdout } = await promisify(execFile)(process.execPath, [join(copy, 'predict.mjs')], {
      timeout: 30_000,
    });
    const answered: unknown = JSON.parse(stdout);
    expect(expected).toMatchObject({ value: [expect.any(Number), expect.any(Number), expect.any(Number)] });
    expect(expected).toMatchObject(answered as object);
  });

  test('describes itself to MLflow: flavours, column types, and a copy that answers in columns', async () => {
    await registered();
    const { path } = await exportOf();
    const mlmodel: unknown = parse(await readFile(join(path, 'MLmodel'), 'utf8'));
    expect(mlmodel).toMatchObject({
      flavors: {
        onnx: { data: 'model.onnx' },
        python_function: { data: 'model.pyfunc.onnx', loader_module: 'mlflow.onnx' },
      },
      signature: {
        inputs: JSON.stringify([{ type: 'double', name: 'x', required: true }]),
        outputs: JSON.stringify([
          { type: 'string', name: 'label', required: true },
          { type: 'float', name: 'probability_on time', required: true },
          { type: 'float', name: 'probability_late', required: true },
        ]),
      },
    });
    const session = await createSession(await readFile(join(path, 'model.pyfunc.onnx')));
    expect(session.outputNames).toEqual(['label', 'probability_on time', 'probability_late']);
    const out = await session.run({ x: { type: 'float64', data: Float64Array.of(0, 2), dims: [2, 1] } });
    expect(out.float32('probability_late')[0]).toBeCloseTo(0.5, 6);
  });

  test('written twice is the same, byte for byte', async () => {
    await registered();
    const first = await exportOf({ path: 'a' });
    const second = await exportOf({ path: 'b' });
    expect(second.files).toEqual(first.files);
  });
});

describe('the target', () => {
  test('is refused before a job is queued when it is not empty, and replaced with overwrite', async () => {
    await registered();
    await exportOf({ path: 'out' });
    const again = fixture.registry.export('late', '1.0.0', { path: 'out', overwrite: false });
    await expect(again).rejects.toMatchObject({ code: 'export/target-exists' });
    expect((await exportOf({ path: 'out', overwrite: true })).path).toBe(join(fixture.dir, 'exports', 'out'));
    await writeFile(join(fixture.dir, 'exports', 'out', 'mine.txt'), '');
    const foreign = fixture.registry.export('late', '1.0.0', { path: 'out', overwrite: true });
    await expect(foreign).rejects.toThrow('mine.txt');
  });

  test('must not be a place of the workspace itself', async () => {
    await registered();
    for (const path of [join(fixture.dir, 'artifacts'), fixture.dir, '../x'])
      await expect(fixture.registry.export('late', '1.0.0', { path, overwrite: true })).rejects.toMatchObject(
        {
          code: 'request/invalid',
        },
      );
  });

  test('that cannot be made fails the job with export/not-writable and leaves nothing behind', async () => {
    await registered();
    await mkdir(join(fixture.dir, 'exports'));
    await writeFile(join(fixture.dir, 'exports', 'file'), '');
    const job = await fixture.registry.export('late', '1.0.0', { path: 'file/below', overwrite: false });
    expect(await fixture.jobs.wait(job.id)).toMatchObject({
      state: 'failed',
      error: { code: 'export/not-writable' },
    });
    expect(await readdir(join(fixture.dir, 'exports'))).toEqual(['file']);
  });
});
