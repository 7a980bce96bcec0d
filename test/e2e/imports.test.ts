import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeFixture } from '../kit/exchange.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
});
afterAll(() => workbench.close());

test('the list of experiments leads to the import of runs', async () => {
  page = await workbench.open('/experiments');
  await page.getByRole('link', { name: 'Import runs' }).first().click();
  await page.getByRole('heading', { name: 'Import runs', level: 1 }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a path that holds nothing known is refused with the reason', async () => {
  await page.getByLabel('File or folder').fill('/nowhere/at/all');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('alert').getByText('/nowhere/at/all').waitFor();
});

test('an import is followed to its end and says what came and what did not', async () => {
  await page.getByLabel('File or folder').fill(`"${exchangeFixture('mlruns')}"`);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'What came' }).waitFor();
  await page.getByText('MLflow: folder (mlruns)').waitFor();
  await page.getByText(/^[1-9]\d* new, 0 continued, 0 that were here already$/).waitFor();
  await page.getByRole('heading', { name: 'What did not' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('the report has an address of its own, and importing again changes nothing', async () => {
  await page.reload();
  await page.getByRole('heading', { name: 'What came' }).waitFor();
  await page.getByRole('button', { name: 'Import others' }).click();
  await page.getByLabel('File or folder').fill(exchangeFixture('mlruns'));
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText(/^0 new, 0 continued, [1-9]\d* that were here already$/).waitFor();
});

test('runs that match a filter are exported into a folder from the page of imports', async () => {
  const folder = join(workbench.dir, 'exported');
  await page.goto(`${workbench.url}/import-runs`);
  await page.getByRole('button', { name: 'Export runs …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export runs for MLflow' });
  await dialog.getByLabel('Only runs that match').fill("name = 'nobody'");
  await dialog.getByRole('textbox', { name: /^Folder/ }).fill(folder);
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await dialog.getByText('0 written').waitFor();
  await dialog.getByText(`mlflow ui --backend-store-uri "${folder}"`).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
});

test('all runs of a table are exported to a server, and a refusal is told with its reason', async () => {
  await page.goto(`${workbench.url}/runs`);
  await page.getByRole('button', { name: 'More for these runs' }).click();
  await page.getByRole('menuitem', { name: /^Export \d+ for MLflow …$/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Export \d+ runs? for MLflow$/ });
  await dialog.getByText('MLflow server').click();
  await dialog.getByLabel('Address of the server').fill(workbench.url);
  await dialog.getByLabel('Signs in with').click();
  await page.getByRole('option', { name: 'A token' }).click();
  await dialog.getByRole('textbox', { name: 'Token' }).fill('wrong');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await dialog.getByText('run-exports/refused').waitFor();
  await dialog.getByRole('button', { name: 'Go on' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('a selection of runs is exported into a folder', async () => {
  const folder = join(workbench.dir, 'selected');
  const { items } = await workbench.client.runs.list({ query: { fields: 'id' } });
  await page.getByRole('checkbox', { name: /^Select all/ }).click();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'For MLflow …' }).click();
  const dialog = page.getByRole('dialog', { name: /^Export \d+ runs? for MLflow$/ });
  await dialog.getByRole('textbox', { name: /^Folder/ }).fill(folder);
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  await dialog.getByText(`${items.length} written`).waitFor();
  const experiments = await readdir(folder);
  const runs = await Promise.all(experiments.map((id) => readdir(join(folder, id))));
  for (const { id } of items) expect(runs.flat()).toContain(id);
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
