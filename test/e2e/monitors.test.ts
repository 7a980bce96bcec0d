import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  await importPenguins(workbench.client);
  page = await workbench.open('/monitors');
});
afterAll(() => workbench?.close());

test('a dataset is watched from its page, with everything filled in', async () => {
  await page.getByText('No monitors yet').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${workbench.url}/datasets/penguins`);
  await page.getByRole('link', { name: 'Watch this' }).click();
  await page.getByRole('heading', { name: 'New monitor' }).waitFor();
  await page.getByText('Has it left what the model was trained on?').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('penguins drift');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Start watching' }).click();
  await page.getByRole('heading', { name: 'penguins drift' }).waitFor();
  await page.getByText('Not checked yet').first().waitFor();
});

test('a new version that has drifted rings the bell, which leads to the report', async () => {
  await importPenguins(workbench.client, `"Island" = 'Biscoe'`);
  const bell = page.getByRole('button', { name: 'Alerts: 1 unread alert' });
  await bell.waitFor();
  await page.getByRole('region', { name: 'Checks of penguins drift' }).getByText('Breach').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await bell.click();
  const list = page.getByRole('dialog', { name: 'Alerts' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await list.getByRole('link', { name: 'penguins has drifted' }).click();
  await page.getByRole('heading', { name: 'penguins v1 → penguins v2' }).waitFor();
});

test('the report goes out as PDF and as one HTML file', async () => {
  for (const [item, ending] of [
    ['PDF', 'pdf'],
    ['HTML, one file', 'html'],
  ] as const) {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`drift-penguins-v1-to-penguins-v2.${ending}`);
  }
});

test('somebody looks after the alert, and it no longer counts', async () => {
  await page.goto(`${workbench.url}/monitors`);
  await page.getByRole('button', { name: 'Acknowledge …' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('only one island was sent');
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await page.getByText('only one island was sent').waitFor();
  await page.getByRole('button', { name: 'Alerts', exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('it is muted, changed and deleted; a change closes the alert', async () => {
  await page.getByRole('grid', { name: 'Monitors' }).getByText('penguins drift').click();
  await page.getByRole('button', { name: 'Mute' }).click();
  await page.getByRole('menuitem', { name: 'For a day' }).click();
  await page.getByText('Muted').first().waitFor();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('combobox', { name: 'When' }).click();
  await page.getByRole('option', { name: 'The figure is above a limit' }).click();
  await page.getByRole('textbox', { name: 'Limit (%)' }).fill('95');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('drifted columns above 95 %').waitFor();
  await page.getByText('closed by a change', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Check now' }).click();
  const checks = page.getByRole('region', { name: 'Checks of penguins drift' });
  await checks.getByText('by hand').waitFor();
  await checks.getByText('OK', { exact: true }).waitFor();
  const dark = await workbench.open(new URL(page.url()).pathname, { scheme: 'dark' });
  await dark.getByRole('figure').waitFor();
  expect(await accessibilityFaults(dark, 'colours')).toEqual([]);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No monitors yet').waitFor();
  expect(workbench.faults()).toEqual([]);
});
