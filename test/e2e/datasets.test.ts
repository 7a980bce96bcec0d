import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  folder = await mkdtemp(join(tmpdir(), 'assay-files-'));
  page = await workbench.open('/datasets');
});
afterAll(async () => {
  await workbench.close();
  await rm(folder, { recursive: true, force: true });
});

/** 500 orders with semicolons, decimal points, a missing amount in every tenth, and one row that does not fit. */
async function ordersFile(): Promise<string> {
  const lines = ['order;day;amount;town;secret'];
  for (let i = 1; i <= 500; i++) {
    const amount = i % 10 === 0 ? '' : (i * 1.5).toFixed(2);
    lines.push(
      `${i};2024-01-${String((i % 28) + 1).padStart(2, '0')};${amount};${i % 3 === 0 ? 'Bern' : 'Genf'};x${i}`,
    );
  }
  const path = join(folder, 'Orders 2024.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

test('a new workspace says what to do first, with the button that does it', async () => {
  await page.getByText('No datasets yet').waitFor();
  await page.getByRole('button', { name: 'Import data' }).last().click();
  await page.getByRole('heading', { name: 'Import data', level: 1 }).waitFor();
});

test('a chosen file is uploaded, previewed, corrected and imported', async () => {
  await page.goto(`${workbench.url}/datasets/import`);
  await page.locator('input[type=file]').setInputFiles(await ordersFile());
  await page.getByRole('region', { name: 'Preview of the first rows' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Dataset' }).inputValue()).toBe('Orders 2024');
  expect(await page.getByRole('combobox', { name: 'Delimiter' }).inputValue()).toBe('semicolon ;');
  expect(await page.getByRole('combobox', { name: 'Type of day' }).inputValue()).toBe('date');

  await page.getByLabel('Import secret').uncheck();
  await page.getByLabel('Name of amount').fill('price');
  await page.getByRole('combobox', { name: 'Type of order' }).click();
  await page.getByRole('option', { name: 'string' }).click();
  await expect.poll(() => page.getByRole('combobox', { name: 'Type of order' }).inputValue()).toBe('string');

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'Orders 2024', level: 1 }).waitFor();
  const dataset = await workbench.client.datasets.get({ params: { dataset: 'Orders 2024' } });
  expect(dataset.latest?.rows).toBe(500);
  expect(dataset.latest?.columns.map(({ name, type }) => [name, type])).toEqual([
    ['order', 'string'],
    ['day', 'date'],
    ['price', 'float'],
    ['town', 'string'],
  ]);
});

test('the profile shows every column and the chosen one in detail', async () => {
  await page.goto(`${workbench.url}/datasets/Orders%202024`);
  const columns = page.getByRole('grid', { name: 'Columns' });
  await columns.getByText('price', { exact: true }).waitFor();
  expect(await columns.getByRole('row').filter({ hasText: 'price' }).textContent()).toContain('10 %');
  await columns.getByText('town', { exact: true }).click();
  await page.getByText('Most frequent values of town').first().waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('column')).toBe('town');
});

test('any row can be reached, and cells show what the file had', async () => {
  await page.getByRole('tab', { name: 'Rows' }).click();
  const grid = page.getByRole('grid', { name: /^Rows of/ });
  await grid.getByText('2024-01-02').first().waitFor();
  await page.getByLabel('Row number').fill('490');
  await page.getByRole('button', { name: 'Go to row' }).click();
  await expect
    .poll(() =>
      grid
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: '490', exact: true }) })
        .textContent(),
    )
    .toContain('missing');
});

test('a description is written in Markdown and kept', async () => {
  await page.getByRole('tab', { name: 'About' }).click();
  await page.getByRole('button', { name: 'Edit: Description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Orders of **two** towns.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('strong', { hasText: 'two' }).waitFor();
  const { description } = await workbench.client.datasets.get({ params: { dataset: 'Orders 2024' } });
  expect(description).toBe('Orders of **two** towns.');
});

test('a file is dropped on the page, and a failed import leads back to the preview as it was', async () => {
  await page.goto(`${workbench.url}/datasets/import`);
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['a,b\n1,x\n2,y\n'], 'dropped.csv', { type: 'text/csv' }));
    return data;
  });
  await page.getByText('Drop a file here, or').locator('..').dispatchEvent('drop', { dataTransfer: dropped });
  await page.getByRole('region', { name: 'Preview of the first rows' }).waitFor();
  await page.getByRole('checkbox', { name: 'Import b' }).uncheck();
  await page.getByLabel('Keep rows where').fill('a > 100');
  await page.getByRole('textbox', { name: 'Dataset' }).fill('too few');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const failure = page.getByRole('region', { name: 'Why it failed' });
  await failure.waitFor();
  expect(await failure.textContent()).toContain('datasets/empty');
  await page.getByRole('button', { name: 'Back to the preview' }).click();
  expect(await page.getByRole('textbox', { name: 'Dataset' }).inputValue()).toBe('too few');
  expect(await page.getByRole('checkbox', { name: 'Import b' }).isChecked()).toBe(false);
  expect(await page.getByLabel('Keep rows where').inputValue()).toBe('a > 100');
});

test('a path that is not there says so and lets one choose again', async () => {
  await page.goto(`${workbench.url}/datasets/import`);
  await page.getByLabel('Path of the file').fill(join(folder, 'nowhere.csv'));
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('The file to import is not there').waitFor();
  await page.getByRole('button', { name: 'Another source' }).click();
  await page.getByText('Drop a file here, or').waitFor();
});

test('a condition that is not SQL is told apart from a bad file, and the rows stay visible', async () => {
  await page.goto(`${workbench.url}/datasets/import?sample=penguins`);
  await page.getByRole('region', { name: 'Preview of the first rows' }).waitFor();
  await page.getByLabel('Keep rows where').fill('no such column > 3');
  await page.getByText('The expression is not valid SQL over these columns').waitFor();
  expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  expect(await page.getByRole('region', { name: 'Preview of the first rows' }).isVisible()).toBe(true);
});

test('a new version comes into the open list by itself', async () => {
  await page.goto(`${workbench.url}/datasets`);
  await settled(page);
  const job = await workbench.client.datasets.import({
    body: { dataset: 'arrived meanwhile', source: { kind: 'sample', name: 'penguins' } },
  });
  await workbench.client.waitForJob(job.id);
  await page.getByRole('grid', { name: 'Datasets' }).getByText('arrived meanwhile').waitFor();
});

test('a filter with a fault shows it under its place, and a right one narrows the list', async () => {
  const filter = page.getByRole('textbox', { name: 'Filter datasets' });
  await filter.fill("name likee 'x%'");
  await filter.press('Enter');
  const fault = page.locator('[role=alert]').filter({ hasText: 'at character' });
  await fault.waitFor();
  expect(await fault.locator('pre').textContent()).toMatch(/^ {5,}\^$/);
  await filter.fill("name like 'arr%'");
  await filter.press('Enter');
  await expect.poll(() => page.getByRole('grid', { name: 'Datasets' }).getByRole('row').count()).toBe(2);
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
