import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ExportResult, RegisterRequest, type Signature } from '../../local-api/contract/index.ts';
import { type ModelRegistryFixture, modelRegistryFixture } from '../kit/models/model-registry-fixture.ts';
import { echoModel, flightInputs, lateModel, regressionSignature } from '../kit/models/sample-models.ts';
import { newestMlflow, pythonWithMlflow } from './python.ts';

const { name, requirements, given } = newestMlflow;
const found = await pythonWithMlflow(name, requirements, given);
if ('missing' in found) console.log(`Skipped: no Python with mlflow and ONNX Runtime: ${found.missing}`);

const Checked = z.object({
  script: z.record(z.string(), z.array(z.unknown())),
  pyfunc: z.record(z.string(), z.array(z.unknown())),
  onnx: z.array(z.string()),
});

let fixture: ModelRegistryFixture;
beforeEach(async () => {
  fixture = await modelRegistryFixture();
});
afterEach(() => fixture.close());

/** Exports a model and gives what Python's tools answered, and what Assay answered. */
async function answersOf(model: Uint8Array, signature: Signature) {
  const runId = await fixture.trainedRun({ model, signature });
  await fixture.registry.register('m', RegisterRequest.parse({ runId }));
  const job = await fixture.registry.export('m', '1.0.0', { path: 'out', overwrite: false });
  const { path } = ExportResult.parse((await fixture.jobs.wait(job.id)).result);
  const script = fileURLToPath(new URL('./check_export.py', import.meta.url));
  const env = { ...process.env, MLFLOW_TRACKING_URI: `file://${join(fixture.dir, 'mlruns')}` };
  const { stdout } = await promisify(execFile)('python' in found ? found.python : '', [script, path], {
    env,
  });
  const printed: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const own: unknown = JSON.parse(await readFile(join(path, 'example-response.json'), 'utf8'));
  return { checked: Checked.parse(printed), own };
}

describe.skipIf('missing' in found)('an exported model', () => {
  test('passes the ONNX checker, and answers alike in Assay, ONNX Runtime for Python and MLflow', async () => {
    const { checked, own } = await answersOf(echoModel(flightInputs), regressionSignature(flightInputs));
    expect(own).toMatchObject({ value: checked.script.value });
    expect(own).toMatchObject({ value: checked.pyfunc.value });
  });

  test('with a single input and classes gives MLflow a column a class', async () => {
    const { bytes, signature } = lateModel();
    const { checked, own } = await answersOf(bytes, signature);
    expect(own).toMatchObject(checked.script);
    expect(checked.onnx).toEqual(['label', 'probabilities']);
    expect(own).toMatchObject({ label: checked.pyfunc.label });
    expect(Object.keys(checked.pyfunc)).toEqual(['label', 'probability_on time', 'probability_late']);
  });
});
