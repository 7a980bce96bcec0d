import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let folder: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  folder = await mkdtemp(join(tmpdir(), 'assay-profile-'));
  const { client } = workbench;
  const job = await client.datasets.import({
    body: { dataset: 'penguins', source: { kind: 'sample', name: 'penguins' } },
  });
  await client.waitForJob(job.id);
  page = await workbench.open('/datasets/penguins');
});
afterAll(async () => {
  await workbench.close();
  await rm(folder, { recursive: true, force: true });
});

test('a closer look is one click, and each finding leads to its column', async () => {
  await page.getByRole('button', { name: 'Look closer' }).click();
  await page.getByRole('heading', { name: 'What to look at first' }).waitFor();
  await page.getByRole('columnheader', { name: 'Meaning' }).waitFor();
  await page.getByRole('listitem').getByRole('button').first().click();
  await page.waitForURL(/column=/);
});

test('relations, missing values and a pair of columns are a click apart', async () => {
  await page.getByRole('tab', { name: 'Relations' }).click();
  await page.getByRole('heading', { name: 'Closest pairs' }).waitFor();
  await page.getByText('Pearson', { exact: true }).click();
  await page.getByText('How well a straight line fits').waitFor();
  await page.getByRole('button', { name: 'Flipper Length (mm) and Body Mass (g)' }).click();
  await page.getByText('342 rows have a value in both columns.').waitFor();
  await page.getByRole('tab', { name: 'Missing values' }).click();
  await page.getByText('rows are complete').waitFor();
});

test('a chosen target is looked at by itself, and the page is saved', async () => {
  await page.getByRole('combobox', { name: 'Target' }).click();
  await page.getByRole('option', { name: 'Species' }).click();
  await page.getByRole('heading', { name: 'What to mind about Species' }).waitFor();
  await settled(page);
  await page.getByRole('button', { name: 'Save' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'As an HTML page' }).click();
  const file = join(folder, 'page.html');
  await (await saving).saveAs(file);
  expect(await readFile(file, 'utf8')).toContain('Target: Species');
});
