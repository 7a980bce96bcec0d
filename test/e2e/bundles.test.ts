import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleZip, makeBundle } from '../../engine/bundles/index.ts';
import { samplePlan } from '../kit/models/sample-bundle.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let bundle: string;
beforeAll(async () => {
  workbench = await startWorkbench();
  bundle = join(workbench.dir, 'late.zip');
  await writeFile(bundle, Buffer.concat([...bundleZip(await makeBundle(samplePlan()))]));
});
afterAll(async () => {
  await workbench?.close();
});

async function checkFile(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Import a bundle' }).click();
  await page.getByLabel('Bundle', { exact: true }).setInputFiles(path);
  await page.getByRole('region', { name: 'Checks of the bundle' }).waitFor();
}

test('a bundle of a stranger is checked, accepted by hand, and its model registered', async () => {
  const page = await workbench.open('/models');
  await checkFile(page, bundle);
  const dialog = page.getByRole('dialog', { name: 'Import a bundle' });
  await dialog.getByText('whole', { exact: true }).waitFor();
  const register = dialog.getByRole('button', { name: 'Register the model' });
  expect(await register.isEnabled()).toBe(false);
  await dialog.getByLabel('Take it although nobody here trusts its key').check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await register.press('Enter');
  await dialog.getByText('Registered.').waitFor();
  await dialog.getByRole('link', { name: 'Open the model' }).press('Enter');
  await page.getByRole('heading', { name: 'late', exact: true }).waitFor();
  expect(
    (await workbench.client.models.version({ params: { model: 'late', version: '1.0.0' } })).trainer,
  ).toBe('linear');
  expect(workbench.faults()).toEqual([]);
});

test('a bundle that was changed shows which file, and cannot be registered', async () => {
  const bytes = await readFile(bundle);
  bytes.write('X', bytes.indexOf('# Late') + 2);
  const changed = join(workbench.dir, 'changed.zip');
  await writeFile(changed, bytes);
  const page = await workbench.open('/models', { scheme: 'dark' });
  await checkFile(page, changed);
  const dialog = page.getByRole('dialog', { name: 'Import a bundle' });
  await dialog.getByText('does not pass').waitFor();
  await dialog.getByText('card.md').first().waitFor();
  expect(await dialog.getByRole('button', { name: 'Register the model' }).isEnabled()).toBe(false);
  expect(await accessibilityFaults(page, 'colours')).toEqual([]);
  expect(workbench.faults()).toEqual([]);
});

test('a path on the machine of the engine is checked too, and what is no bundle says why', async () => {
  const page = await workbench.open('/models');
  await page.getByRole('button', { name: 'Import a bundle' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a bundle' });
  await dialog.getByLabel('Or a path where the engine runs').fill(join(workbench.dir, 'nothing.zip'));
  await dialog.getByRole('button', { name: 'Check it' }).press('Enter');
  await dialog.getByText('does not pass').waitFor();
  await dialog.getByText(/cannot be read/).waitFor();
  await dialog.getByRole('button', { name: 'Another one' }).press('Enter');
  await dialog.getByLabel('Or a path where the engine runs').fill(bundle);
  await dialog.getByRole('button', { name: 'Check it' }).press('Enter');
  await dialog.getByText('whole', { exact: true }).waitFor();
  expect(workbench.faults()).toEqual([]);
});
