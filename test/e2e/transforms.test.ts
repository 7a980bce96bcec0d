import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  await importPenguins(workbench.client);
  page = await workbench.open('/transforms/new?dataset=penguins');
});
afterAll(() => workbench.close());

const addStep = async (name: string) => {
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name }).click();
};

test('steps are written beside the rows that they give, and a fault is told with what was meant', async () => {
  await page.getByRole('textbox', { name: 'Transform' }).fill('by-island');
  await addStep('Filter rows');
  const condition = page.getByRole('textbox', { name: 'Condition' });
  await condition.fill(`"Iland" = 'Biscoe'`);
  await page.getByText('did you mean Island?').waitFor();
  await condition.fill(`"Island" = 'Biscoe'`);
  await addStep('Aggregate');
  await page.getByRole('combobox', { name: 'One row for each' }).click();
  await page.getByRole('option', { name: 'Species' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('listbox').waitFor({ state: 'hidden' });
  await page.getByRole('status').filter({ hasText: 'The first 2 rows, 2 columns' }).waitFor();
  expect(await accessibilityFaults(page, 'all')).toEqual([]);
  await page.getByRole('button', { name: '1. Filter rows' }).click();
  await page.getByRole('status').filter({ hasText: 'The first 50 rows, 7 columns' }).waitFor();
  await page.getByText('SQL', { exact: true }).last().click();
  await page.getByText('SELECT "Species", count(*) AS "rows"').waitFor();
});

test('it is saved and run, and the lineage leads from the source to what it made', async () => {
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByRole('heading', { name: 'by-island' }).waitFor();
  await page.getByText('up to date').waitFor();
  await page.getByRole('link', { name: 'by-island v1' }).click();
  await page.getByRole('tab', { name: 'Lineage' }).click();
  for (const title of ['penguins.json', 'penguins v1', 'by-island', 'by-island v1'])
    await page.getByText(title, { exact: true }).last().waitFor();
  await page.getByRole('combobox', { name: 'Follow a column' }).last().click();
  await page.getByRole('option', { name: 'rows' }).waitFor();
  await page.getByRole('option', { name: 'Species' }).click();
  await page.getByText('Made of one column.').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await accessibilityFaults(page, 'all')).toEqual([]);
  }
  await page.getByRole('link', { name: /^by-island transform/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'by-island' }).waitFor();
});

test('a new version of the input makes it stale, and it says why', async () => {
  await importPenguins(workbench.client, `"Island" <> 'Dream'`);
  await page.getByText('stale', { exact: true }).waitFor();
  await page.getByText('penguins has version 2; the output was made from version 1').waitFor();
  expect(await accessibilityFaults(page, 'all')).toEqual([]);
  expect(workbench.faults()).toEqual([]);
});
