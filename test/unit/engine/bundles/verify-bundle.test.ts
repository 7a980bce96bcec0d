import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleZip, makeBundle, type TrustedKeys, verifyBundle } from '../../../../engine/bundles/index.ts';
import { newSigningKey, publicKeyOf } from '../../../../engine/bundles/signing-key.ts';
import { type BundleReport, RealNumber } from '../../../../local-api/contract/index.ts';
import { sampleFiles, samplePlan, signedAnew } from '../../../kit/models/sample-bundle.ts';
import {
  echoModel,
  flightInputs,
  lateModel,
  regressionSignature,
} from '../../../kit/models/sample-models.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const plan = samplePlan();
const trusted: TrustedKeys = [{ ...publicKeyOf(plan.signingKey), name: 'the build machine' }];

let original: Map<string, Uint8Array>;
beforeAll(async () => {
  original = await sampleFiles(plan);
});

async function zipped(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const path = join(tempFolder(), 'bundle.zip');
  const list = [...files].map(([name, bytes]) => ({
    path: name,
    bytes,
    sizeBytes: bytes.length,
    digest: '',
  }));
  await writeFile(path, Buffer.concat([...bundleZip({ files: list })]));
  return path;
}

async function reportOf(files: ReadonlyMap<string, Uint8Array>, keys = trusted): Promise<BundleReport> {
  return (await verifyBundle(await zipped(files), keys)).report;
}

const verdicts = ({ checks }: BundleReport) =>
  Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
const failed = ({ checks }: BundleReport) =>
  checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
const named = ({ checks }: BundleReport) =>
  checks.flatMap(({ problems }) => problems.map(({ path }) => path));

function changed(path: string, change: (bytes: Buffer) => Uint8Array): Map<string, Uint8Array> {
  const files = new Map(original);
  files.set(path, change(Buffer.from(files.get(path) ?? [])));
  return files;
}

const flip = (at: number) => (bytes: Buffer) => {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
};

describe('a bundle as it was made', () => {
  test('passes every check, as an archive and unpacked', async () => {
    const report = await reportOf(original);
    expect(verdicts(report)).toEqual({
      archive: 'passed',
      manifest: 'passed',
      files: 'passed',
      checksums: 'passed',
      signature: 'passed',
      signer: 'passed',
      provenance: 'passed',
      sbom: 'passed',
      model: 'passed',
      'golden-rows': 'passed',
    });
    expect(report).toMatchObject({ ok: true, model: 'late', version: '1.0.0', signer: 'the build machine' });
    expect(report.digest).toBe((await makeBundle(plan)).digest);
    const folder = tempFolder();
    for (const [path, bytes] of original) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const unpacked = await verifyBundle(folder, trusted);
    expect(unpacked.report).toMatchObject({ ok: true, digest: report.digest });
  });

  test('passes for a regression model whose columns are of every type', async () => {
    const model = { bytes: echoModel(flightInputs), signature: regressionSignature(flightInputs) };
    const report = await reportOf(await sampleFiles(samplePlan(model)), null);
    expect(failed(report)).toEqual([]);
    expect(report.ok).toBe(true);
  });

  test('without keys to compare is whole, with a warning that nobody knows the signer', async () => {
    const report = await reportOf(original, null);
    expect(report).toMatchObject({ ok: true, signer: null });
    expect(verdicts(report)).toMatchObject({ signer: 'warning', signature: 'passed' });
  });
});

describe('a bundle that was tampered with', () => {
  test('fails whichever file has one bit changed, and the file is named', async () => {
    for (const [path, bytes] of original) {
      const report = await reportOf(changed(path, flip(Math.floor(bytes.length / 2))));
      expect(report.ok, path).toBe(false);
      const told = report.checks.map(({ detail }) => detail).join(' ');
      expect(named(report).includes(path) || told.includes(path), path).toBe(true);
    }
  });

  test('fails when its key is none', async () => {
    const report = await reportOf(changed('signing-key.pem', () => Buffer.from('no key')));
    expect(failed(report)).toContain('signature');
    expect(report.checks.map(({ detail }) => detail).join(' ')).toContain('signing-key.pem');
  });

  test('is not run when its model was exchanged', async () => {
    const other = lateModel().bytes;
    const report = await reportOf(changed('model.onnx', () => Buffer.concat([other, other])));
    expect(verdicts(report)).toMatchObject({
      checksums: 'failed',
      provenance: 'failed',
      model: 'skipped',
      'golden-rows': 'skipped',
    });
  });

  test('fails when a file is missing or one was added', async () => {
    const without = new Map([...original].filter(([path]) => path !== 'card.md'));
    const missing = await reportOf(without);
    expect(failed(missing)).toEqual(['files', 'provenance']);
    expect(named(missing)).toContain('card.md');
    const more = await reportOf(new Map([...original, ['extra.sh', Buffer.from('rm')]]));
    expect(failed(more)).toEqual(['files', 'provenance']);
    expect(named(more)).toContain('extra.sh');
  });

  test('and given new checksums fails by its signature', async () => {
    const golden = changed('golden-rows.json', () => Buffer.from('{"rows":[{"x":1}]}'));
    const files = signedAnew(golden, plan);
    files.set('provenance.intoto.jsonl', original.get('provenance.intoto.jsonl') ?? Buffer.alloc(0));
    const report = await reportOf(files);
    expect(failed(report)).toEqual(['provenance']);
    expect(named(report)).toEqual(['checksums.sha256', 'golden-rows.json', 'manifest.json']);
  });

  test('and signed anew by a stranger fails by its signer', async () => {
    const report = await reportOf(await sampleFiles({ ...plan, signingKey: newSigningKey() }));
    expect(failed(report)).toEqual(['signer']);
    expect(report.signer).toBeNull();
  });

  test('fails when the key in it is not the one that signed', async () => {
    const other = publicKeyOf(newSigningKey()).publicKey;
    const report = await reportOf(changed('signing-key.pem', () => Buffer.from(other)));
    expect(failed(report)).toEqual(['signature']);
    expect(verdicts(report)).toMatchObject({ signer: 'skipped', provenance: 'skipped', model: 'skipped' });
  });

  test('whose answers are not those of the model fails by its golden rows, though it is signed', async () => {
    const Golden = z.looseObject({ probabilities: z.array(z.array(RealNumber)) });
    const answers = Golden.parse(
      JSON.parse(Buffer.from(original.get('golden-answers.json') ?? []).toString()),
    );
    const withFirst = async (shift: number) => {
      const [[value = 0, ...rest] = [], ...others] = answers.probabilities;
      const probabilities = [[Number(value) + shift, ...rest], ...others];
      const text = JSON.stringify({ ...answers, probabilities });
      return reportOf(
        signedAnew(
          changed('golden-answers.json', () => Buffer.from(text)),
          plan,
        ),
      );
    };
    expect(failed(await withFirst(2e-6))).toEqual(['golden-rows']);
    expect(named(await withFirst(2e-6))).toEqual(['/rows/0']);
    expect(failed(await withFirst(1e-7))).toEqual([]);
  });

  test('whose bill of materials is of another model, or refers to nothing, fails by it', async () => {
    const Bill = z.looseObject({ dependencies: z.array(z.unknown()), metadata: z.looseObject({}) });
    const bill = Bill.parse(JSON.parse(Buffer.from(original.get('sbom.cdx.json') ?? []).toString()));
    const of = (changes: object) =>
      reportOf(
        signedAnew(
          changed('sbom.cdx.json', () => Buffer.from(JSON.stringify({ ...bill, ...changes }))),
          plan,
        ),
      );
    expect(failed(await of({ dependencies: [{ ref: 'nothing' }] }))).toEqual(['sbom']);
    expect(failed(await of({ specVersion: '1.4' }))).toEqual(['sbom']);
    const component = { type: 'machine-learning-model', name: 'late', version: '1.0.0' };
    const hashes = [{ alg: 'SHA-256', content: 'd'.repeat(64) }];
    const other = await of({
      metadata: { ...bill.metadata, component: { ...component, 'bom-ref': 'model', hashes } },
    });
    expect(named(other)).toEqual(['/metadata/component/hashes']);
  });
});

describe('what is no bundle', () => {
  test('is a report with the check that failed, and the rest skipped', async () => {
    const dir = tempFolder();
    const path = join(dir, 'x.zip');
    await writeFile(path, 'not a zip');
    const { report } = await verifyBundle(path, trusted);
    expect(verdicts(report)).toMatchObject({
      archive: 'failed',
      manifest: 'skipped',
      'golden-rows': 'skipped',
    });
    expect(report).toMatchObject({ ok: false, digest: null });
    const nothing = await verifyBundle(join(dir, 'nowhere'), trusted);
    expect(nothing.report.checks[0]).toMatchObject({ id: 'archive', verdict: 'failed' });
  });

  test('is a folder with a link in it', async () => {
    const dir = tempFolder();
    await symlink('/etc/passwd', join(dir, 'manifest.json'));
    const { report } = await verifyBundle(dir, trusted);
    expect(failed(report)).toEqual(['archive']);
  });
});
