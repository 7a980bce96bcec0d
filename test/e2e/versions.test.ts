import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let folder: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  folder = await mkdtemp(join(tmpdir(), 'assay-versions-'));
  await imported('v1.csv', 'order,amount,town', (i) => `${i},${i * 2},${i % 2 ? 'Bern' : 'Genf'}`, 60);
  await imported('v2.csv', 'order,amount,town,paid', (i) => `${i},${i === 5 ? 999 : i * 2},Bern,true`, 62);
  page = await workbench.open('/datasets/orders?tab=versions');
});
afterAll(async () => {
  await workbench.close();
  await rm(folder, { recursive: true, force: true });
});

async function imported(name: string, head: string, row: (i: number) => string, rows: number): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `${[head, ...Array.from({ length: rows }, (_, i) => row(i + 1))].join('\n')}\n`);
  const { client } = workbench;
  const body = { dataset: 'orders', source: { kind: 'path', path } } as const;
  expect((await client.waitForJob((await client.datasets.import({ body })).id)).state).toBe('succeeded');
}

test('a version is named, and the name stands in the list and works in requests', async () => {
  const versions = page.getByRole('grid', { name: 'Versions' });
  const first = versions.getByRole('row').filter({ hasText: 'v1.csv' });
  await first.getByRole('button', { name: 'Name' }).click();
  await page.getByLabel('Names').fill('prod');
  await page.getByRole('button', { name: 'Save' }).click();
  await first.getByText('prod').waitFor();
  const rows = await workbench.client.datasets.rows({ params: { versionId: 'orders@prod' } });
  expect(rows.total).toBe(60);
});

test('what changed shows columns, cells and rows, and all of it is exported', async () => {
  const versions = page.getByRole('grid', { name: 'Versions' });
  for (const name of ['v1.csv', 'v2.csv'])
    await versions.getByRole('row').filter({ hasText: name }).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'What changed v1 → v2' }).click();
  await page.getByRole('heading', { name: 'orders v1 → v2', level: 1 }).waitFor();
  const columns = page.getByRole('grid', { name: 'Columns' });
  await columns.getByText('new boolean').waitFor();
  const changed = page.getByRole('grid', { name: 'Rows changed' });
  await changed.getByText('999').waitFor();
  await changed.getByRole('columnheader', { name: 'paid' }).waitFor();
  await page.getByLabel('Only changed columns').check();
  await changed.getByRole('columnheader', { name: 'paid' }).waitFor({ state: 'detached' });
  await settled(page);
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Format' }).click();
  await page.getByRole('option', { name: 'Excel workbook' }).click();
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Export' }).click();
  expect((await saved).suggestedFilename()).toBe('orders-v1-to-orders-v2-differences.xlsx');
  await dialog.getByText(/33 rows/).waitFor();
});

test('a deleted version is listed, and comes back', async () => {
  await page.goto(`${workbench.url}/datasets/orders?tab=versions`);
  const versions = page.getByRole('grid', { name: 'Versions', exact: true });
  const second = versions.getByRole('row').filter({ hasText: 'v2.csv' });
  await second.getByRole('button', { name: 'Delete' }).click();
  await page.getByLabel('Show 1 deleted').check();
  await second.waitFor({ state: 'detached' });
  await page.getByRole('grid', { name: 'Deleted versions' }).getByRole('button', { name: 'Restore' }).click();
  await second.waitFor();
  expect(workbench.faults()).toEqual([]);
});
