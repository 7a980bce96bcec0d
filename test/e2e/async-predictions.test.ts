import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const dataset = await importPenguins(client);
  const job = await client.training.start({
    body: {
      recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer: { kind: 'prior' } },
    },
  });
  const { runId } = await ended(client, job);
  await client.models.register({ params: { model: 'penguins' }, body: { runId: String(runId) } });
  for (const name of ['shop', 'other'])
    await client.endpoints.create({ body: { name, route: { kind: 'single', ref: 'penguins/1.0.0' } } });
});
afterAll(() => workbench.close());

const ask = (endpoint: string, rows: Record<string, string>[]) =>
  workbench.client.asyncPredictions.create({ body: { endpoint, rows } });

/** One that is being answered, as it lies in the database meanwhile. */
function underWay(endpoint: string): string {
  const db = new Database(join(workbench.dir, 'assay.db'));
  const id = 'asy_under_way';
  db.prepare(
    `INSERT INTO async_predictions (id, endpoint, state, request, created_at_ms, started_at_ms) VALUES (?, ?, 'running', '{}', ?, ?)`,
  ).run(id, endpoint, Date.now(), Date.now());
  db.close();
  return id;
}

describe('async predictions of an endpoint', () => {
  test('say how they are asked for while there are none', async () => {
    const page = await workbench.open('/endpoints/shop?tab=async');
    await settled(page);
    await page.getByText('Nothing was asked to be answered later').waitFor();
    await page.getByText('/api/v1/async-predictions').waitFor();
    // SHOT async-empty
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('are listed as they come, without those of others, and shown with their answer or why there is none', async () => {
    const page = await workbench.open('/endpoints/shop');
    await settled(page);
    await page.getByRole('tab', { name: 'Async' }).click();
    const grid = page.getByRole('grid', { name: 'Async predictions' });
    const good = await ask('shop', [{ Island: 'Biscoe' }]);
    const bad = await ask('shop', [{ Island: 'Biscoe', 'Body Mass (g)': 'heavy' }]);
    const elsewhere = await ask('other', [{ Island: 'Biscoe' }]);
    // They come by themselves.
    await grid.getByRole('row', { name: new RegExp(`Succeeded.*${good.id}`) }).waitFor();
    await grid.getByRole('row', { name: new RegExp(`Failed.*${bad.id}.*Body Mass`) }).waitFor();
    expect(await grid.getByText(elsewhere.id).count()).toBe(0);
    // SHOT async
    expect(await accessibilityFaults(page)).toEqual([]);

    await grid.getByText(good.id).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('penguins 1.0.0').waitFor();
    await dialog.getByLabel('Answer').getByText('probabilities').waitFor();
    await dialog.getByRole('link', { name: `/api/v1/async-predictions/${good.id}` }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Give it up' }).count()).toBe(0);
    // SHOT async-answer
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await grid.getByText(bad.id).click();
    await dialog.getByLabel('Why it failed').getByText('/rows/0/Body Mass (g)', { exact: true }).waitFor();
  });

  test('are given up while they have no answer', async () => {
    const id = underWay('shop');
    const page = await workbench.open('/endpoints/shop?tab=async', { scheme: 'dark' });
    await settled(page);
    await page.getByRole('gridcell', { name: id }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Running').waitFor();
    // SHOT async-running
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Give it up' }).click();
    await dialog.getByText('Cancelled').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: new RegExp(`Cancelled.*${id}`) }).waitFor();
    expect(workbench.faults()).toEqual([]);
  });
});
