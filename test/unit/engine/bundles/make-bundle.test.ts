import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { goldenRowsOf, makeBundle } from '../../../../engine/bundles/index.ts';
import { newSigningKey } from '../../../../engine/bundles/signing-key.ts';
import { sampleFiles, samplePlan } from '../../../kit/models/sample-bundle.ts';
import { echoModel, flightInputs, regressionSignature } from '../../../kit/models/sample-models.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const textOf = (files: ReadonlyMap<string, Uint8Array>, path: string): string =>
  Buffer.from(files.get(path) ?? []).toString('utf8');

test('the same plan gives the same bytes, and another key changes only the signature and the key', async () => {
  const plan = samplePlan();
  const first = await makeBundle(plan);
  expect(await makeBundle(plan)).toEqual(first);
  const other = await makeBundle({ ...plan, signingKey: newSigningKey() });
  expect(other.digest).toBe(first.digest);
  const changed = other.files.filter(({ digest }, i) => digest !== first.files[i]?.digest);
  expect(changed.map(({ path }) => path)).toEqual(['provenance.intoto.jsonl', 'signing-key.pem']);
});

test('sha256sum of the system finds every file as the checksums say', async () => {
  const dir = tempFolder();
  for (const [path, bytes] of await sampleFiles()) await writeFile(join(dir, path), bytes);
  const { stdout } = await promisify(execFile)('sha256sum', ['-c', 'checksums.sha256'], { cwd: dir });
  expect(stdout).toContain('manifest.json: OK');
  expect(stdout).toContain('model.onnx: OK');
});

test('the signature is over the pre-authentication encoding that DSSE prescribes', async () => {
  const files = await sampleFiles();
  const Envelope = z.object({
    payload: z.string(),
    payloadType: z.string(),
    signatures: z.tuple([z.object({ sig: z.string() })]),
  });
  const { payload, payloadType, signatures } = Envelope.parse(
    JSON.parse(textOf(files, 'provenance.intoto.jsonl')),
  );
  expect(payloadType).toBe('application/vnd.in-toto+json');
  const body = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 28 application/vnd.in-toto+json ${body.length} `), body]);
  const key = createPublicKey(textOf(files, 'signing-key.pem'));
  expect(verify(null, signed, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true);
});

test('golden rows show missing values, unseen texts and numbers far outside, with an answer each', async () => {
  const model = { bytes: echoModel(flightInputs), signature: regressionSignature(flightInputs) };
  const { rows, answers } = goldenRowsOf(await sampleFiles(samplePlan(model)));
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(answers.value).toHaveLength(rows.length);
  expect(rows.some(({ delay }) => delay === null)).toBe(true);
  expect(rows.every(({ distance, origin, cargo }) => ![distance, origin, cargo].includes(null))).toBe(true);
  expect(new Set(rows.map(({ origin }) => origin)).size).toBeGreaterThan(2);
  expect(Math.max(...rows.map(({ delay }) => Number(delay)))).toBeGreaterThan(1000);
  expect(rows.at(-1)).toMatchObject({ delay: null, date: null });
});

test('the statement names the recipe, the data and the commit, and every file but itself and the key', async () => {
  const files = await sampleFiles();
  const { payload } = z
    .object({ payload: z.string() })
    .parse(JSON.parse(textOf(files, 'provenance.intoto.jsonl')));
  const statement: unknown = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
  expect(statement).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: { recipe: { seed: 1 } },
        resolvedDependencies: [
          { name: 'flights', digest: { sha256: 'c'.repeat(64) } },
          { name: 'source', digest: { gitCommit: 'b'.repeat(40) } },
        ],
      },
      runDetails: { metadata: { startedOn: '2026-01-01T00:00:00.000Z' } },
    },
  });
  const { subject } = z.object({ subject: z.array(z.object({ name: z.string() })) }).parse(statement);
  const unsigned = [...files.keys()].filter((path) => !subject.some(({ name }) => name === path));
  expect(unsigned).toEqual(['provenance.intoto.jsonl', 'signing-key.pem']);
});
