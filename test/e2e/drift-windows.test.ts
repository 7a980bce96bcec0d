import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillWithPenguins, type PenguinWorkspace } from '../kit/penguins.ts';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let filled: PenguinWorkspace;

beforeAll(async () => {
  workbench = await startWorkbench();
  filled = await fillWithPenguins(workbench.client);
  page = await workbench.open(`/drift/new?current=${filled.versionIds[1]}`);
});
afterAll(() => workbench.close());

test('test rows of a model are compared with newer data, and the report has parts about the model', async () => {
  await page.getByRole('combobox', { name: 'Reference: rows of' }).click();
  await page.getByRole('option', { name: 'the data of a model' }).click();
  await page.getByRole('combobox', { name: 'Model' }).fill(filled.model);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page
    .getByRole('heading', { name: /^test rows of penguin species\/1\.0\.0 → penguins v2$/ })
    .waitFor();
  const parts = page.getByRole('navigation', { name: 'Parts of the report' });
  expect(await parts.getByRole('link').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('Columns'), expect.stringContaining('Data quality')]),
  );
  await page.getByRole('heading', { name: 'Causes and what to do' }).waitFor();
  await page.getByRole('region', { name: 'Metrics on both sides' }).getByText('Accuracy').waitFor();
  await page.getByRole('heading', { name: 'What these windows cannot tell' }).waitFor();
});

test('newer data are compared part by part', async () => {
  await page.goto(
    `${workbench.url}/drift/new?reference=${filled.versionIds[0]}&current=${filled.versionIds[1]}`,
  );
  await page.getByText('Over time').click();
  await page.getByRole('button', { name: /^Compare \d+ columns$/ }).click();
  await page.getByRole('heading', { name: 'penguins v2 over time' }).waitFor();
  await page.getByRole('region', { name: 'Columns over time' }).getByText('Island').waitFor();
  await page
    .getByRole('region', { name: 'Parts' })
    .getByText(/^rows 1 to/)
    .waitFor();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
