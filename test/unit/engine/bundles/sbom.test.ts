import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sampleFiles, samplePlan } from '../../../kit/models/sample-bundle.ts';
import { echoModel, flightInputs, regressionSignature } from '../../../kit/models/sample-models.ts';

/** The schemas that CycloneDX publishes, as its own library carries them. */
const folder = new URL('../../../../node_modules/@cyclonedx/cyclonedx-library/res/schema/', import.meta.url);

async function schemaOf(name: string): Promise<Record<string, unknown>> {
  const text = await readFile(new URL(`${name}.SNAPSHOT.schema.json`, folder), 'utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

async function cycloneDx() {
  // Formats are left to our own check: those of JSON Schema 2019 are not known here.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(await schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(await schemaOf('bom-1.6'));
}

const billOf = (files: ReadonlyMap<string, Uint8Array>): unknown =>
  JSON.parse(Buffer.from(files.get('sbom.cdx.json') ?? []).toString('utf8'));

test('the bill of materials is valid by the published schema of CycloneDX 1.6, with and without a run behind it', async () => {
  const validate = await cycloneDx();
  const regression = { bytes: echoModel(flightInputs), signature: regressionSignature(flightInputs) };
  const plan = samplePlan(regression);
  const bare = { ...plan.lineage, run: null, dataset: null, metrics: {} };
  const elsewhere = { name: 'train', digest: 'a1b2c3', version: null, rows: null };
  for (const lineage of [plan.lineage, bare, { ...plan.lineage, dataset: elsewhere }]) {
    validate(billOf(await sampleFiles({ ...plan, lineage })));
    expect(validate.errors).toBeNull();
  }
});

test('a change of a kind of component is noticed by that schema, so it is really looked at', async () => {
  const validate = await cycloneDx();
  const text = JSON.stringify(billOf(await sampleFiles()));
  expect(validate(JSON.parse(text.replace('"type":"data"', '"type":"nonsense"')))).toBe(false);
});

test('names the model with its digest, the data, and the packages that run it', async () => {
  expect(billOf(await sampleFiles())).toMatchObject({
    metadata: {
      timestamp: '2026-01-02T03:04:05.000Z',
      component: {
        type: 'machine-learning-model',
        name: 'late',
        version: '1.0.0',
        hashes: [{ alg: 'SHA-256' }],
      },
    },
    components: expect.arrayContaining([
      expect.objectContaining({
        type: 'data',
        name: 'flights',
        hashes: [{ alg: 'SHA-256', content: 'c'.repeat(64) }],
      }),
      expect.objectContaining({ type: 'library', purl: 'pkg:pypi/onnxruntime' }),
      expect.objectContaining({ type: 'library', purl: 'pkg:npm/onnxruntime-node' }),
    ]),
  });
});
