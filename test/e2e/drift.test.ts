import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  for (const where of [undefined, `"Island" = 'Biscoe'`]) await importPenguins(workbench.client, where);
  page = await workbench.open('/datasets/penguins?tab=versions');
});
afterAll(() => workbench.close());

test('two versions are selected and compared, without a column that is left out', async () => {
  const grid = page.getByRole('grid', { name: 'Versions' });
  await grid.getByRole('checkbox', { name: 'Select row 1' }).click();
  await grid.getByRole('checkbox', { name: 'Select row 2' }).click();
  await page.getByRole('button', { name: 'Drift', exact: true }).click();
  await page.getByRole('heading', { name: 'New drift report' }).waitFor();
  await page.getByRole('checkbox', { name: 'Sex' }).uncheck();
  await page.getByRole('button', { name: 'Compare 6 columns' }).click();
  await page.getByRole('heading', { name: 'penguins v1 → penguins v2' }).waitFor();
  const columns = page.getByRole('grid', { name: 'Columns by severity' });
  await columns.getByText('Island').waitFor();
  expect(await columns.getByText('Sex').count()).toBe(0);
});

test('the report puts drifted columns first and explains each in a sentence', async () => {
  const rows = page.getByRole('grid', { name: 'Columns by severity' }).getByRole('row');
  const verdicts = (await rows.allTextContents()).slice(1).map((text) => text.includes('Drifted'));
  expect(verdicts[0]).toBe(true);
  expect(verdicts).toEqual([...verdicts].sort((a, b) => Number(b) - Number(a)));
});

test('a column is chosen by keyboard, and the address leads back to it', async () => {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('column')).not.toBeNull();
  const name = new URL(page.url()).searchParams.get('column') ?? '';
  await page.reload();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
  await page
    .getByRole('img', { name: `Distribution of ${name}` })
    .first()
    .waitFor();
});

test('the same numbers are there for those who cannot see the chart', async () => {
  const figure = page.getByRole('figure').first();
  expect(await figure.getByRole('table').count()).toBe(1);
  expect(await figure.getByRole('row').count()).toBeGreaterThan(2);
});

test('a chart is saved as CSV and as an image', async () => {
  for (const [item, ending] of [
    ['Save as CSV', 'csv'],
    ['Save as PNG', 'png'],
    ['Save as SVG', 'svg'],
  ] as const) {
    await page
      .getByRole('button', { name: /: export$/ })
      .first()
      .click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`^distribution-of-.*\\.${ending}$`));
  }
});

test('the list has the report; the last two versions are offered for the next one', async () => {
  await page.goto(`${workbench.url}/drift`);
  await page.getByRole('grid', { name: 'Drift' }).getByText('penguins v1').waitFor();
  await page.getByRole('button', { name: 'New drift report' }).click();
  await page.getByRole('button', { name: 'penguins v1 → v2' }).click();
  await page.getByRole('button', { name: 'Compare 7 columns' }).waitFor();
});

test('a report is deleted only after asking', async () => {
  await page.goto(`${workbench.url}/drift`);
  await page.getByRole('grid', { name: 'Drift' }).getByText('penguins v2').click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No drift reports yet').waitFor();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
