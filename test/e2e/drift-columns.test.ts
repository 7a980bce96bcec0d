import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let first = '';

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  for (const where of [undefined, `"Island" = 'Biscoe'`]) await importPenguins(client, where);
  const versions = (await client.datasets.versions({ params: { dataset: 'penguins' } })).items;
  const [current, reference] = versions;
  const job = await client.driftReports.create({
    body: {
      referenceVersionId: reference?.id ?? '',
      currentVersionId: current?.id ?? '',
      sections: [],
    },
  });
  const { result } = await client.waitForJob(job.id);
  first = String((result as { reportId: string }).reportId);
  page = await workbench.open(`/drift/${first}`);
});
afterAll(() => workbench.close());

test('columns are found by name and by verdict', async () => {
  const grid = page.getByRole('grid', { name: 'Columns by severity' });
  await page.getByRole('textbox', { name: 'Search columns' }).fill('flipper');
  await grid.getByText('Flipper Length (mm)').click();
  await page.getByRole('heading', { name: 'Flipper Length (mm)', level: 2 }).waitFor();
  await page.getByRole('textbox', { name: 'Search columns' }).fill('nothing of the kind');
  await page.getByText('No column fits').waitFor();
  await page.getByRole('textbox', { name: 'Search columns' }).fill('');
});

test('a column tells what its verdict rests on, and every method', async () => {
  await page.getByText('Smallest shift such windows show').waitFor();
  const methods = page.getByRole('region', { name: 'Methods' });
  expect(await methods.getByRole('row').count()).toBeGreaterThan(15);
  await page.getByText('Cumulative', { exact: true }).click();
  await page.getByRole('figure').first().getByRole('table').waitFor({ state: 'attached' });
});

test('a column is judged another way: a new report opens at the same column', async () => {
  await page.getByText('Judge this column another way').click();
  await page.getByRole('combobox', { name: 'Method' }).click();
  await page.getByRole('option', { name: 'Population stability index' }).click();
  await page.getByRole('textbox', { name: 'Drift from this score on' }).fill('50');
  await page.getByRole('button', { name: 'Compare again' }).click();
  await page.getByText('No drift by the chosen method: Population stability index').first().waitFor();
  expect(page.url()).not.toContain(first);
  expect(new URL(page.url()).searchParams.get('column')).toBe('Flipper Length (mm)');
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
