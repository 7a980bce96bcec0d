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

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
