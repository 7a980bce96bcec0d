import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  page = await workbench.open('/');
});
afterAll(() => workbench.close());

test('the tour goes through its stops once and does not come back', async () => {
  await page.getByRole('button', { name: 'Take the tour' }).click();
  for (let stop = 1; stop <= 4; stop++) {
    await page.getByRole('dialog', { name: new RegExp(`^Tour, ${stop} of 5`) }).waitFor();
    await page.keyboard.press('Enter');
  }
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(async () => (await workbench.client.settings.get()).settings.ui.tourDone).toBe(true);
  await page.reload();
  await page.getByRole('button', { name: 'Run the sample loop' }).waitFor();
  expect(await page.getByRole('button', { name: 'Take the tour' }).count()).toBe(0);
});

test('one click runs the sample loop, step by step in the page, to links that work', async () => {
  // Fewer rows than the button asks for: the page is tested here, not the training.
  await page.route('**/api/v1/quickstart', (route) =>
    route.continue({ postData: JSON.stringify({ rows: 20_000 }) }),
  );
  await page.getByRole('button', { name: 'Run the sample loop' }).click();
  const steps = page.getByRole('list', { name: 'Steps' });
  await steps.waitFor();
  await page
    .locator('[aria-current=step]')
    .filter({ hasText: 'Train four models' })
    .waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: /running or waiting/ }).waitFor();
  await page.getByRole('link', { name: 'Compare the runs' }).waitFor({ timeout: 100_000 });
  expect((await steps.getByRole('listitem').allTextContents()).every((text) => text.endsWith('done'))).toBe(
    true,
  );

  await page.getByRole('link', { name: 'See the drift report' }).click();
  await page.getByRole('grid', { name: 'Columns by severity' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Open the model', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Compare the runs' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/experiments\/\d+$/);
}, 200_000);

test('afterwards Home tells what happened and counts what there is; the loop can be put away for good', async () => {
  await page.goto(`${workbench.url}/`);
  const counts = page.getByRole('list', { name: 'What there is' });
  await counts.waitFor();
  expect(await counts.getByRole('listitem').filter({ hasText: 'Runs' }).textContent()).toBe('4Runs');
  expect(
    await page.getByText('What happened').locator('..').locator('..').getByRole('link').count(),
  ).toBeGreaterThan(5);
  await page.getByRole('button', { name: 'Put the sample loop away' }).click();
  await page.reload();
  await counts.waitFor();
  expect(await page.getByText('The sample loop').count()).toBe(0);
});

test('any of a million rows can be reached', async () => {
  await page.goto(`${workbench.url}/datasets/flights?tab=rows`);
  await page.getByLabel('Row number').fill('900001');
  await page.getByRole('button', { name: 'Go to row' }).click();
  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: '900,001', exact: true }) });
  await row.getByText('2001-06').waitFor();
  expect(await page.getByRole('grid').getByRole('row').count()).toBeLessThan(80);
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
