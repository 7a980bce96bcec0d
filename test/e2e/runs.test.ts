import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

const RUNS = 260;
const BEST = 137;

let workbench: Workbench;
let experimentId: string;
const runIds: string[] = [];

beforeAll(async () => {
  workbench = await startWorkbench();
  experimentId = (await workbench.client.experiments.create({ body: { name: 'sweep' } })).id;
  for (let i = 0; i < RUNS; i++) runIds.push(await logRun(i));
});
afterAll(() => workbench.close());

/** Nothing here may keep a person waiting for long, jobs aside. */
async function open(path: string): Promise<Page> {
  const page = await workbench.open(path);
  page.setDefaultTimeout(10_000);
  return page;
}

async function logRun(i: number): Promise<string> {
  const { client } = workbench;
  const run = await client.runs.create({
    body: {
      experimentId,
      name: `run ${i}`,
      params: { trainer: i % 2 ? 'gbdt' : 'linear', depth: String(i % 9) },
    },
  });
  const auc = i === BEST ? 0.999 : 0.5 + (i % 40) / 100;
  const metrics = [0, 1, 2].map((step) => ({ key: 'loss', value: 1 / (step + 1 + (i % 5)), step }));
  await client.runs.log({
    params: { runId: run.id },
    body: { metrics: [{ key: 'auc', value: auc }, ...metrics] },
  });
  await client.runs.update({ params: { runId: run.id }, body: { status: 'finished' } });
  return run.id;
}

const table = (page: Page) => page.getByRole('grid', { name: 'Runs' });
const rows = (page: Page) => table(page).getByRole('row');
const row = (page: Page, name: string) =>
  rows(page).filter({ has: page.getByRole('link', { name, exact: true }) });
const filter = (page: Page) => page.getByRole('combobox', { name: 'Filter runs' });
const firstName = (page: Page) => rows(page).nth(1).getByRole('link').first().textContent();

async function openRuns(): Promise<Page> {
  const page = await open(`/experiments/${experimentId}`);
  await page.getByText(/^\d+ runs$/).waitFor();
  await rows(page).nth(1).waitFor();
  return page;
}

describe('the runs table', () => {
  test('counts the runs and reaches the last of them by keyboard', async () => {
    const page = await openRuns();
    await page.keyboard.press('j');
    // The second page is read when the end of the first comes near.
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('End');
      await page.waitForTimeout(200);
    }
    await row(page, 'run 0').waitFor();
    await page.context().close();
  });

  test('shows what is wrong with a filter under the place where it is wrong', async () => {
    const page = await openRuns();
    await filter(page).fill('metrics.auc >> 0.8');
    await filter(page).press('Enter');
    const fault = page.getByRole('alert');
    await fault.waitFor();
    // The second ">" stands at character 14 (offset 13) of what was typed.
    expect(await fault.locator('pre').textContent()).toBe(`${' '.repeat(13)}^`);
    expect(await fault.textContent()).toMatch(/expected .*number/);
    expect(await filter(page).getAttribute('aria-invalid')).toBe('true');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('keeps the filter in the address and within the experiment', async () => {
    const page = await openRuns();
    await workbench.client.runs.create({ body: { name: 'elsewhere', params: { trainer: 'gbdt' } } });
    await filter(page).fill("params.trainer = 'gbdt' or metrics.auc > 0.99 order by metrics.auc desc");
    await filter(page).press('Enter');
    await page.getByText('130 runs match').waitFor();
    expect(await firstName(page)).toBe(`run ${BEST}`);
    await page.reload();
    await page.getByText('130 runs match').waitFor();
    await page.context().close();
  });

  test('completes the keys in use while a filter is typed', async () => {
    const page = await openRuns();
    await filter(page).pressSequentially('au');
    await page.getByRole('option', { name: /metrics\.auc/ }).waitFor();
    await filter(page).press('ArrowDown');
    await filter(page).press('Enter');
    expect(await filter(page).inputValue()).toBe('metrics.auc ');
    await page.getByRole('option', { name: '>=' }).waitFor();
    await page.context().close();
  });

  test('sorts on the server by a click on a header', async () => {
    const page = await openRuns();
    await table(page).getByRole('button', { name: 'metrics auc' }).click();
    await page.waitForURL(/sort=-metrics\.auc/);
    await row(page, `run ${BEST}`).waitFor();
    expect(await firstName(page)).toBe(`run ${BEST}`);
    const header = table(page).getByRole('columnheader', { name: 'metrics auc' });
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    await page.context().close();
  });

  test('announces new runs without moving the rows, and shows them when asked', async () => {
    const page = await openRuns();
    const before = await firstName(page);
    const id = await logRun(1000);
    const pill = page.getByRole('button', { name: '1 new run' });
    await pill.waitFor();
    expect(await firstName(page)).toBe(before);
    await pill.click();
    await row(page, 'run 1000').waitFor();
    await workbench.client.runs.delete({ params: { runId: id } });
    await page.context().close();
  });

  test('brings a changed value into its row while it is read', async () => {
    const page = await openRuns();
    const last = runIds[RUNS - 1] ?? '';
    await row(page, `run ${RUNS - 1}`).waitFor();
    await workbench.client.runs.log({
      params: { runId: last },
      body: { metrics: [{ key: 'auc', value: 0.1234, step: 9 }] },
    });
    await row(page, `run ${RUNS - 1}`)
      .getByText('0.1234')
      .waitFor();
    await page.context().close();
  });

  test('remembers chosen columns and asks the server for those only', async () => {
    const page = await openRuns();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByLabel('Find a column').fill('depth');
    await page.getByRole('checkbox', { name: 'params.depth' }).check();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await table(page).getByRole('columnheader', { name: 'params depth' }).waitFor();
    const request = page.waitForRequest((sent) => sent.url().includes('/api/v1/runs?'));
    await page.reload();
    const fields = new URL((await request).url()).searchParams.get('fields')?.split(',') ?? [];
    expect(fields).toContain('params.depth');
    expect(fields).not.toContain('metrics.loss');
    await table(page).getByRole('columnheader', { name: 'params depth' }).waitFor();
    await page.context().close();
  });

  test('deletes selected runs and brings them back', async () => {
    const page = await openRuns();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 runs selected').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`${RUNS - 2} runs`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`${RUNS} runs`, { exact: true }).waitFor();
    await page.context().close();
  });

  test('tags the selected runs, and the tag can be filtered by', async () => {
    const page = await openRuns();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Tag …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tag 1 run' });
    await dialog.getByLabel(/^Tag/).fill('team');
    await dialog.getByLabel('Value').fill('growth');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Set the tag' }).click();
    await page.getByText('Tagged 1 run').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await filter(page).fill("tags.team = 'growth'");
    await filter(page).press('Enter');
    await page.getByText('1 run match').waitFor();
    await page.context().close();
  });

  test('exports what matches as CSV with the shown columns', async () => {
    const page = await openRuns();
    await filter(page).fill(`metrics.auc > 0.99`);
    await filter(page).press('Enter');
    await page.getByText('1 run match').waitFor();
    await page.getByRole('button', { name: 'More for these runs' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export 1 as CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^runs-.*\.csv$/);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^id,tags\.assay\.starred,name,status,/);
    expect(lines[1]).toContain('0.999');
    await page.context().close();
  });
});

describe('comparing runs', () => {
  test('leads from a range of rows to a shareable comparison', async () => {
    const page = await openRuns();
    await table(page).getByRole('button', { name: 'metrics auc' }).click();
    await page.waitForURL(/sort=/);
    await row(page, `run ${BEST}`).waitFor();
    await rows(page).nth(1).getByRole('gridcell').first().click();
    await rows(page)
      .nth(3)
      .getByRole('gridcell')
      .first()
      .click({ modifiers: ['Shift'] });
    await page.getByText('3 runs selected').waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/\/compare\?runs=\w+,\w+,\w+$/);
    const auc = page.getByRole('row', { name: /^auc/ });
    expect(await auc.getByText('0.9990').textContent()).toMatch(/best/);

    await page.getByRole('switch', { name: 'Only differences' }).click();
    await page.waitForURL(/only=differences/);
    await page.reload();
    await auc.waitFor();
    expect(await page.getByRole('rowheader', { name: 'trainer' }).count()).toBeLessThanOrEqual(1);

    await page.getByRole('tab', { name: 'Curves' }).click();
    await page.getByRole('img', { name: /^loss: 3 curves/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const tab of ['Parallel coordinates', 'Scatter']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('figure').first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await page.context().close();
  });

  test('says which run is not there and compares the others', async () => {
    const ids = [runIds[0], 'f'.repeat(32), runIds[1]].join(',');
    const page = await open(`/compare?runs=${ids}`);
    await page.getByText('There is no such run').waitFor();
    await page.getByRole('link', { name: 'run 0' }).waitFor();
    await page.getByRole('link', { name: 'run 1', exact: true }).waitFor();
    await page.context().close();
  });
});

describe('one run', () => {
  test('is renamed, annotated and tagged where it is read', async () => {
    const page = await open(`/runs/${runIds[3]}`);
    await page.getByRole('button', { name: 'Rename the run' }).click();
    await page.getByLabel('Name of the run').fill('the third');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'the third' }).waitFor();
    await page.getByRole('button', { name: 'Edit: Notes' }).click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('Tried **more** depth.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('strong', { hasText: 'more' }).waitFor();
    await page.getByLabel('New tag').fill('team = risk');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('button', { name: 'Remove the tag team' }).waitFor();
    const saved = await workbench.client.runs.get({ params: { runId: runIds[3] ?? '' } });
    expect(saved).toMatchObject({
      name: 'the third',
      notes: 'Tried **more** depth.',
      tags: { team: 'risk' },
    });
    await page.context().close();
  });

  test('draws its curves on as points arrive', async () => {
    const run = await workbench.client.runs.create({ body: { experimentId, name: 'live' } });
    const log = (step: number, value: number) =>
      workbench.client.runs.log({
        params: { runId: run.id },
        body: { metrics: [{ key: 'loss', value, step }] },
      });
    await log(0, 1);
    await log(1, 0.5);
    const page = await open(`/runs/${run.id}?tab=curves`);
    await page.getByRole('img', { name: /ends at 0\.5/ }).waitFor();
    await log(2, 0.25);
    await page.getByRole('img', { name: /ends at 0\.25/ }).waitFor();
    await workbench.client.runs.delete({ params: { runId: run.id } });
    await page.context().close();
  });

  test('that is not there says so and offers to try again', async () => {
    const page = await open(`/runs/${'0'.repeat(32)}`);
    await page.getByText('There is no such run').waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.context().close();
  });
});

describe('experiments', () => {
  test('are made, renamed, deleted and brought back', async () => {
    const page = await open('/experiments');
    await page.getByRole('button', { name: 'New experiment' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('churn');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'churn' }).waitFor();
    await page.getByText('No runs yet').waitFor();

    await page.getByRole('button', { name: 'Actions for the experiment churn' }).click();
    await page.getByRole('menuitem', { name: /Rename/ }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('churn 2026');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'churn 2026' }).waitFor();

    await page.getByRole('button', { name: /Actions for the experiment/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.waitForURL(/\/experiments$/);
    const link = page.getByRole('grid', { name: 'Experiments' }).getByRole('link', { name: 'churn 2026' });
    await link.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await link.waitFor();
    await page.context().close();
  });

  test('a name that is taken is refused where it is typed', async () => {
    const page = await open('/experiments');
    await page.getByRole('button', { name: 'New experiment' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('sweep');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('dialog').getByText('An experiment of this name exists').waitFor();
    await page.context().close();
  });

  test('are found by a part of their name', async () => {
    const page = await open('/experiments');
    await page.getByLabel('Filter experiments').fill('swee');
    await page.getByLabel('Filter experiments').press('Enter');
    await page.getByRole('link', { name: 'Default' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'sweep' }).waitFor();
    await page.context().close();
  });
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
