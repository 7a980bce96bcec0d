import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleZip, makeBundle } from '../../../engine/bundles/index.ts';
import { newSigningKey, publicKeyOf } from '../../../engine/bundles/signing-key.ts';
import { assay, assayJson } from '../../kit/assay.ts';
import { samplePlan } from '../../kit/models/sample-bundle.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

async function bundleFile(folder: string, plan = samplePlan()): Promise<string> {
  const path = join(folder, 'late.zip');
  await writeFile(path, Buffer.concat([...bundleZip(await makeBundle(plan))]));
  return path;
}

test('verify bundle lists every check and makes no workspace; its exit code tells a good bundle from a bad one', async () => {
  const dir = tempFolder();
  const workspace = join(dir, 'nowhere');
  const plan = samplePlan();
  const file = await bundleFile(dir, plan);
  const whole = await assay(['verify', 'bundle', file, '-w', workspace]);
  expect(whole.code).toBe(0);
  expect(whole.stdout).toContain('✓ The model answers as it did when the bundle was made');
  expect(whole.stdout).toContain('! The key is one that is trusted');
  await expect(stat(workspace)).rejects.toThrow();

  const key = join(dir, 'key.pem');
  await writeFile(key, publicKeyOf(plan.signingKey).publicKey);
  const signed = await assayJson(['verify', 'bundle', file, '--key', key, '-w', workspace]);
  expect(signed).toMatchObject({ ok: true, signer: key, model: 'late' });
  const other = join(dir, 'other.pem');
  await writeFile(other, publicKeyOf(newSigningKey()).publicKey);
  const stranger = await assay(['verify', 'bundle', file, '--key', other, '-w', workspace]);
  expect(stranger.code).toBe(6);
  expect(stranger.stdout).toContain('✗ The key is one that is trusted');

  const bytes = await readFile(file);
  const at = bytes.indexOf('# Late');
  bytes[at] = 'x'.charCodeAt(0);
  await writeFile(file, bytes);
  const changed = await assay(['verify', 'bundle', file, '-w', workspace]);
  expect(changed.code).toBe(6);
  expect(changed.stdout).toContain('card.md');
});

test('import-bundle registers what export --format bundle wrote, and keys trust and export who signed it', async () => {
  const dir = tempFolder();
  const workspace = join(dir, 'workspace');
  const plan = samplePlan();
  const file = await bundleFile(dir, plan);
  const key = join(dir, 'key.pem');
  await writeFile(key, publicKeyOf(plan.signingKey).publicKey);
  const refused = await assay(['import-bundle', file, '-w', workspace]);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain('assay keys trust');
  await assayJson(['keys', 'trust', 'the build machine', key, '-w', workspace]);
  expect(await assayJson(['import-bundle', file, '-w', workspace])).toMatchObject({
    model: 'late',
    version: '1.0.0',
    change: 'added',
  });

  const out = join(dir, 'again.zip');
  const exported = await assayJson(['export', 'late/1.0.0', out, '--format', 'bundle', '-w', workspace]);
  expect(exported).toMatchObject({ path: out, bundleDigest: (await makeBundle(plan)).digest });
  expect(await readFile(out)).toEqual(await readFile(file));
});

test('keys export prints the public key that the workspace signs with, once it has one', async () => {
  const workspace = join(tempFolder(), 'workspace');
  expect((await assay(['keys', 'export', '-w', workspace])).code).toBe(3);
  await assayJson(['keys', 'rotate', '-w', workspace]);
  const pem = await assay(['keys', 'export', '-w', workspace]);
  expect(pem.stdout).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
});
