import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

const rowsOf = (count: number, delay: (index: number) => number) =>
  ['carrier,delay', ...Array.from({ length: count }, (_, i) => `${['AA', 'DL'][i % 2]},${delay(i)}`)].join(
    '\n',
  );

beforeAll(async () => {
  workbench = await startWorkbench();
  await importText(rowsOf(60, (index) => index));
  page = await workbench.open('/datasets/flights?tab=validation');
});
afterAll(() => workbench.close());

async function importText(text: string): Promise<void> {
  const { client } = workbench;
  const job = await client.datasets.import({ body: { dataset: 'flights', source: { kind: 'text', text } } });
  await client.waitForJob(job.id);
}

test('a schema is proposed, a rule is edited, and the report shows the rows that break it', async () => {
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 404) refused.push(response.url());
  });
  await page.getByRole('button', { name: 'Make a schema' }).click();
  await page.getByRole('button', { name: 'Infer', exact: true }).click();
  await page.getByRole('button', { name: 'Take it over' }).click();
  await page.getByRole('button', { name: /^Range/ }).click();
  await page.getByRole('textbox', { name: 'At most' }).fill('50');
  await page.getByRole('combobox', { name: 'When it is broken' }).click();
  await page.getByRole('option', { name: 'the data fail' }).click();
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.getByRole('button', { name: 'Save the schema' }).click();
  await page.getByText('Failed', { exact: true }).first().waitFor();
  await page.getByText('9 of 60', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Show whole rows' }).click();
  await page.getByText('9 of 9 rows').waitFor();
  expect(await accessibilityFaults(page, 'all')).toEqual([]);
  expect(refused).toEqual([]);
  expect(workbench.faults()).toEqual([]);
});

test('an import that breaks it is refused, and its report opens from the history', async () => {
  await page.getByRole('combobox', { name: 'What is done with new versions' }).click();
  await page.getByRole('option', { name: 'Imports that fail: refused' }).click();
  await expect
    .poll(
      async () => (await workbench.client.dataSchemas.settings({ params: { dataset: 'flights' } })).onImport,
    )
    .toBe('refuse');
  await importText(rowsOf(70, () => 99));
  await page.getByText('History', { exact: true }).click();
  await page.getByText('pasted text', { exact: true }).first().dblclick();
  await page.getByText('the import was refused, there is no version').waitFor();
  await page.getByText('70 of 70', { exact: false }).first().waitFor();
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  expect(await accessibilityFaults(page, 'all')).toEqual([]);
  await page.getByRole('button', { name: 'All checks' }).click();
  await page.getByText('flights v1', { exact: true }).first().waitFor();
  expect(workbench.faults()).toEqual([]);
});
