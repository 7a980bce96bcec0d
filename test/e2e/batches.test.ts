import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TrainResult } from '../../local-api/contract/index.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let trained: string;
beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const source = { kind: 'sample' as const, name: 'penguins' as const };
  const imported = await client.datasets.import({ body: { dataset: 'penguins', source } });
  await client.waitForJob(imported.id);
  const { latest } = await client.datasets.get({ params: { dataset: 'penguins' } });
  const job = await client.training.start({
    body: {
      recipe: {
        version: 1,
        dataset: latest?.id ?? '',
        target: { column: 'Species' },
        task: 'classification',
        split: { kind: 'random' },
        trainer: { kind: 'linear' },
      },
    },
  });
  const { runId } = TrainResult.parse((await client.waitForJob(job.id)).result);
  trained = runId;
  await client.models.register({ params: { model: 'penguins' }, body: { runId } });
  page = await workbench.open('/batches');
});
afterAll(() => workbench?.close());

test('a table is predicted: the page says what will happen, shows the first rows, and hands the file out', async () => {
  await page.goto(`${workbench.url}/batches`);
  await page.getByRole('link', { name: 'New batch' }).first().click();
  await page.getByRole('heading', { name: 'New batch prediction' }).waitFor();
  await page.getByRole('combobox', { name: 'Model' }).fill('penguins');
  await page.getByRole('heading', { name: 'Output' }).click();
  await page.getByRole('combobox', { name: 'Dataset' }).click();
  await page.getByRole('option', { name: 'penguins' }).click();
  await page.getByText('penguins 1.0.0 predicts 344 rows of penguins v1.').waitFor();
  await page.getByRole('combobox', { name: 'Columns to keep' }).fill('Spec');
  await page.getByRole('option', { name: 'Species' }).click();
  await page.getByRole('heading', { name: 'Output' }).click();
  await page.getByText('CSV', { exact: true }).click();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await page.getByRole('heading', { name: 'penguins v1 by penguins 1.0.0' }).waitFor();
  const grid = page.getByRole('grid', { name: 'First rows of the result' });
  await grid.getByText('Adelie').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Predictions, / }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('penguins-1.0.0-penguins-v1.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(345);
  expect(lines[0]).toMatch(/^row,Species,label,probability_Adelie,/);
});

test('data that does not fit is refused on the page, column by column', async () => {
  await page.goto(`${workbench.url}/batches/new?model=penguins&dataset=penguins`);
  await settled(page);
  await page.getByText('SQL over a dataset').click();
  await page.getByRole('textbox', { name: 'SELECT' }).fill('SELECT "Island" FROM data');
  const problems = page.getByRole('list', { name: 'Why it would be refused' });
  await problems.getByText('the column "Sex" is absent').waitFor();
  expect(await page.getByRole('button', { name: 'Predict', exact: true }).isEnabled()).toBe(false);
  await page.getByRole('textbox', { name: 'SELECT' }).fill('SELECT random() FROM data');
  await page.getByText('random() may give another answer each time', { exact: false }).first().waitFor();
});

test('a schedule shows its next times, runs by hand, rests, and is deleted', async () => {
  await page.goto(`${workbench.url}/batches/new?model=penguins&dataset=penguins&when=schedule`);
  await page.getByRole('textbox', { name: 'Name' }).fill('nightly');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
  await page.getByRole('textbox', { name: 'Times' }).fill('0 6 * *');
  await page.getByRole('alert').first().waitFor();
  await page.getByRole('button', { name: 'Weekdays at 6' }).click();
  const times = page.getByRole('region', { name: 'Next times' }).getByRole('listitem');
  await times.nth(4).waitFor();
  expect(
    (await times.allTextContents()).every((text) => /^(Mon|Tue|Wed|Thu|Fri),? .*06:00$/.test(text)),
  ).toBe(true);
  await page.getByText('predicts 344 rows', { exact: false }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByRole('heading', { name: 'Schedules' }).waitFor();
  await page
    .getByRole('grid', { name: 'Schedules' })
    .getByText('Predict the newest penguins with penguins')
    .waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Times' }).fill('never');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('cron', { exact: false }).first().waitFor();
  await dialog.getByRole('textbox', { name: 'Times' }).fill('30 7 * * *');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('mornings');
  await dialog.getByRole('combobox', { name: 'Version' }).click();
  await page.getByRole('option', { name: 'v1, 344 rows' }).click();
  await dialog.getByText('CSV', { exact: true }).click();
  await dialog.getByText(/07:30/).first().waitFor();
  // SHOT edit-schedule
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const schedules = page.getByRole('grid', { name: 'Schedules' });
  await schedules.getByText('30 7 * * * (Europe/Berlin)').waitFor();
  await schedules.getByText('Predict penguins v1 with penguins').waitFor();
  const { items } = await workbench.client.schedules.list();
  expect(items).toMatchObject([
    { name: 'mornings', work: { request: { source: { version: 1 }, format: 'csv', probabilities: true } } },
  ]);
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.getByRole('link', { name: 'The predictions' }).waitFor();
  await page.goto(`${workbench.url}/batches/schedules`);
  await page.getByRole('grid', { name: 'Times of mornings' }).getByText('by hand').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('grid', { name: 'Schedules' }).getByText('Paused').waitFor();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No schedules yet').waitFor();
});

test('a run is trained again on a schedule, whose times can be changed', async () => {
  await page.goto(`${workbench.url}/runs/${trained}`);
  await page.getByRole('button', { name: 'More for this run' }).click();
  await page.getByRole('menuitem', { name: 'Train on a schedule …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('on the newest version of penguins at each time.', { exact: false }).waitFor();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('weekly');
  await dialog.getByRole('button', { name: 'Mondays' }).click();
  await dialog
    .getByText(/Mon, .*06:00/)
    .first()
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save the schedule' }).click();
  const schedules = page.getByRole('grid', { name: 'Schedules' });
  await schedules.getByText('Train on the newest penguins').waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByText('What it trains stays as it is.').waitFor();
  await dialog.getByRole('button', { name: 'First of the month' }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await schedules.getByText(/^0 6 1 \* \*/).waitFor();
  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForURL(/\/jobs\/./);
  const { items } = await workbench.client.schedules.list();
  expect(items).toMatchObject([{ name: 'weekly', work: { kind: 'training', dataset: 'penguins' } }]);
  await workbench.client.schedules.delete({ params: { scheduleId: items[0]?.id ?? '' } });
});

test('the list leads to each batch, in the dark too', async () => {
  const dark = await workbench.open('/batches', { scheme: 'dark' });
  await dark.getByRole('grid', { name: 'Batches' }).getByText('Succeeded').first().waitFor();
  expect(await accessibilityFaults(dark, 'colours')).toEqual([]);
  await dark.getByRole('grid', { name: 'Batches' }).getByText('penguins v1').last().click();
  await dark.getByRole('heading', { name: 'penguins v1 by penguins 1.0.0' }).waitFor();
  await dark.getByRole('grid', { name: 'First rows of the result' }).getByText('Adelie').first().waitFor();
  expect(await accessibilityFaults(dark, 'colours')).toEqual([]);
  expect(workbench.faults()).toEqual([]);
});
