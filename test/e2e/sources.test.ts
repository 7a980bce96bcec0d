import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  page = await workbench.open('/datasets/import');
});
afterAll(() => workbench.close());

test('a workbook is previewed sheet by sheet, and rows that do not fit are listed with their row', async () => {
  const book = fileURLToPath(new URL('../fixtures/data/orders.xlsx', import.meta.url));
  await page.locator('input[type=file]').setInputFiles(book);
  await page.getByRole('region', { name: 'Preview of the first rows' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'Sheet' }).inputValue()).toBe('Orders');
  await page.getByRole('combobox', { name: 'Type of price' }).click();
  await page.getByRole('option', { name: 'float' }).click();
  await page.getByText('1 row does not fit and would be set aside').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('tab', { name: /Set aside/ }).click();
  const table = page.getByRole('region', { name: 'Rows that were set aside' });
  await table.getByText('line 12').waitFor();
  await table.getByText('"not a price" in column "price" is no float').waitFor();
});

test('pasted cells become a dataset', async () => {
  await page.goto(`${workbench.url}/datasets/import`);
  await page.getByRole('tab', { name: 'Paste' }).click();
  await page.getByRole('textbox', { name: 'Rows' }).fill('name\tage\nAda\t36\nAlan\t41\n');
  await page.getByRole('button', { name: 'Look at them' }).click();
  await page.getByRole('region', { name: 'Preview of the first rows' }).getByText('Alan').waitFor();
  await page.getByRole('textbox', { name: 'Dataset' }).fill('people');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('heading', { name: 'people', level: 1 }).waitFor();
  expect((await workbench.client.datasets.get({ params: { dataset: 'people' } })).latest?.rows).toBe(2);
});

test('a connection is tried before it is kept, and says what is wrong', async () => {
  await page.goto(`${workbench.url}/connections`);
  await page.getByText('No connections yet').waitFor();
  await page.getByRole('button', { name: 'New connection' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New connection' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('warehouse');
  await dialog.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
  await dialog.getByRole('textbox', { name: 'Port' }).fill('1');
  await dialog.getByRole('textbox', { name: 'Database' }).fill('shop');
  await dialog.getByRole('textbox', { name: 'User' }).fill('reader');
  await dialog.getByLabel('Password', { exact: true }).fill('secret-4711');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText(/cannot be reached: nothing listens there/).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('grid', { name: 'Connections' }).getByText('postgres://127.0.0.1:1/shop').waitFor();
  const [kept] = (await workbench.client.connections.list()).items;
  expect(kept?.secrets).toEqual(['password']);
  expect(JSON.stringify(kept)).not.toContain('secret-4711');
});
