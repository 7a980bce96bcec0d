import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

const RUNS = 40;
const CHILDREN = 3;

let workbench: Workbench;
let experimentId: string;
const runIds: string[] = [];

beforeAll(async () => {
  workbench = await startWorkbench();
  experimentId = (await workbench.client.experiments.create({ body: { name: 'grid' } })).id;
  for (let i = 0; i < RUNS; i++) runIds.push(await logRun(`run ${i}`, i));
});
afterAll(() => workbench.close());

async function logRun(name: string, i: number, parentRunId?: string): Promise<string> {
  const { client } = workbench;
  const run = await client.runs.create({
    body: {
      experimentId,
      name,
      params: { trainer: i % 2 ? 'gbdt' : 'linear', depth: String(i % 4) },
      ...(parentRunId === undefined ? {} : { parentRunId }),
    },
  });
  const loss = Array.from({ length: 20 }, (_, step) => ({
    key: 'loss',
    value: 1 / (step + 1 + (i % 5)),
    step,
  }));
  const auc = { key: 'auc', value: 0.5 + (i % 2) / 10 + i / 1000 };
  await client.runs.log({ params: { runId: run.id }, body: { metrics: [auc, ...loss] } });
  await client.runs.update({ params: { runId: run.id }, body: { status: 'finished' } });
  return run.id;
}

const table = (page: Page) => page.getByLabel('Runs', { exact: true }).and(page.locator('[aria-rowcount]'));
const rows = (page: Page) => table(page).getByRole('row');
const row = (page: Page, name: string) =>
  rows(page).filter({ has: page.getByRole('link', { name, exact: true }) });
const filter = (page: Page) => page.getByRole('combobox', { name: 'Filter runs' });
const names = (page: Page) => rows(page).getByRole('link').allTextContents();
const headers = async (page: Page) =>
  (await table(page).getByRole('columnheader').allTextContents()).map((text) => text.trim()).filter(Boolean);

async function open(search = ''): Promise<Page> {
  const page = await workbench.open(`/experiments/${experimentId}${search}`);
  await rows(page).nth(1).waitFor();
  return page;
}

/** Puts the focus on a row: `j` from anywhere goes to the first, then down. */
async function goTo(page: Page, index: number): Promise<void> {
  await page.keyboard.press('j');
  for (let i = 0; i < index; i++) await page.keyboard.press('ArrowDown');
  await table(page).locator('[data-active]').waitFor();
}

describe('the filter bar', () => {
  test('completes the values in use of a param', async () => {
    const page = await open();
    await filter(page).pressSequentially("params.trainer = 'gb");
    await page.getByRole('option', { name: 'gbdt' }).waitFor();
    await filter(page).press('ArrowDown');
    await filter(page).press('Enter');
    await expect.poll(() => filter(page).inputValue()).toBe("params.trainer = 'gbdt' ");
    await filter(page).press('Enter');
    await page.getByText(`${RUNS / 2} runs match`).waitFor();
    await page.context().close();
  });

  test('takes plain words as a search, and brings back earlier filters in the empty field', async () => {
    const page = await open();
    await filter(page).fill('linear');
    await filter(page).press('Enter');
    await page.getByText(`${RUNS / 2} runs match`).waitFor();
    expect(await filter(page).inputValue()).toBe("text ~ 'linear'");
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await page.getByText(`${RUNS} runs`, { exact: true }).waitFor();
    await filter(page).focus();
    await filter(page).press('ArrowUp');
    await page.getByRole('option', { name: /text ~ 'linear'/ }).waitFor();
    await filter(page).press('Enter');
    await expect.poll(() => filter(page).inputValue()).toBe("text ~ 'linear'");
    await page.context().close();
  });

  test('explains the language by examples that can be taken over', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'How filters are written' }).click();
    const help = page.getByRole('dialog', { name: 'How filters are written' });
    await help.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await help.getByRole('button', { name: /order by metrics\.auc desc/ }).click();
    await expect.poll(() => filter(page).inputValue()).toBe('order by metrics.auc desc');
    await page.context().close();
  });

  test('goes back a step with the browser', async () => {
    const page = await open();
    await filter(page).fill("params.trainer = 'gbdt'");
    await filter(page).press('Enter');
    await page.getByText(`${RUNS / 2} runs match`).waitFor();
    await page.goBack();
    await page.getByText(`${RUNS} runs`, { exact: true }).waitFor();
    await page.context().close();
  });
});

describe('marks', () => {
  test('a pinned run stands over the others, also when it does not match the filter', async () => {
    const page = await open();
    await goTo(page, 4);
    await page.keyboard.press('p');
    const pinned = page.getByRole('rowgroup', { name: 'Pinned' });
    await pinned.getByRole('link', { name: `run ${RUNS - 5}`, exact: true }).waitFor();
    await filter(page).fill("name = 'run 3'");
    await filter(page).press('Enter');
    await page.getByText('1 run match').waitFor();
    await expect.poll(() => names(page)).toEqual([`run ${RUNS - 5}`, 'run 3']);
    const saved = await workbench.client.runs.get({ params: { runId: runIds[RUNS - 5] ?? '' } });
    expect(saved.tags['assay.pinned']).toBe('true');
    await workbench.client.runTags.change({ body: { runIds, remove: ['assay.pinned'] } });
    await pinned.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('the menu of a row colours it, and several runs are starred at once, with undo', async () => {
    const page = await open();
    await goTo(page, 0);
    await page.keyboard.press('m');
    const menu = page.getByRole('menu', { name: `Actions for run ${RUNS - 1}` });
    await menu.getByRole('menuitem', { name: 'Colour orange' }).click();
    await row(page, `run ${RUNS - 1}`)
      .getByRole('img', { name: 'Coloured' })
      .waitFor();

    await goTo(page, 0);
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 runs selected').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('toolbar').getByRole('button', { name: 'Star' }).click();
    await page.getByText('Starred 2 runs').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('switch', { name: 'Starred' }).click();
    await page.getByText('2 runs match').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('0 runs match').waitFor();
    await page.context().close();
  });
});

describe('columns', () => {
  test('are moved by keyboard on their head, and stay so', async () => {
    const page = await open('?columns=starred,name,status,params.trainer,metrics.auc');
    expect(await headers(page)).toEqual(['Name', 'Status', 'params trainer', 'metrics auc']);
    await table(page).getByRole('button', { name: 'metrics auc' }).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => headers(page)).toEqual(['Name', 'Status', 'metrics auc', 'params trainer']);
    // The focus went with the column.
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => headers(page)).toEqual(['Name', 'metrics auc', 'Status', 'params trainer']);
    await page.goBack();
    await expect.poll(() => headers(page)).toEqual(['Name', 'Status', 'metrics auc', 'params trainer']);
    await page.context().close();
  });

  test('are moved by dragging, and sized by keyboard', async () => {
    const page = await open('?columns=starred,name,status,params.trainer,metrics.auc');
    const head = (name: string) => table(page).getByRole('columnheader', { name });
    await head('metrics auc').dragTo(head('Status'));
    await expect.poll(() => headers(page)).toEqual(['Name', 'metrics auc', 'Status', 'params trainer']);
    const width = async () => (await head('Status').boundingBox())?.width ?? 0;
    const before = await width();
    await head('Status').getByRole('button', { name: 'Status', exact: true }).focus();
    await page.keyboard.press('+');
    await expect.poll(width).toBe(before + 16);
    await page.context().close();
  });

  test('of a metric can show its curve', async () => {
    const page = await open('?columns=starred,name,metrics.loss');
    await table(page).getByRole('columnheader', { name: 'metrics loss' }).hover();
    await page.getByRole('button', { name: 'Menu of metrics.loss' }).click();
    const request = page.waitForRequest((sent) => sent.url().endsWith('/api/v1/metrics/series'));
    await page.getByRole('menuitem', { name: 'Show the curve' }).click();
    const asked: { runIds: string[]; keys: string[] } = (await request).postDataJSON();
    expect(asked.keys).toEqual(['loss']);
    expect(asked.runIds.length).toBeGreaterThan(10);
    await row(page, `run ${RUNS - 1}`)
      .locator('svg[data-curve]')
      .waitFor();
    await page.context().close();
  });

  test('by the hundred are drawn where they are looked at', async () => {
    const columns = ['starred', 'name', ...Array.from({ length: 200 }, (_, i) => `metrics.m${i}`)];
    const page = await open(`?columns=${columns.join(',')}`);
    expect(await table(page).getAttribute('aria-colcount')).toBe('203');
    expect(await table(page).getByRole('columnheader').count()).toBeLessThan(40);
    await table(page).evaluate((grid) => grid.parentElement?.scrollTo({ left: grid.clientWidth }));
    await table(page).getByRole('columnheader', { name: 'metrics m199' }).waitFor();
    // The name stays in sight.
    expect(
      (
        await row(page, `run ${RUNS - 1}`)
          .getByRole('link')
          .boundingBox()
      )?.x,
    ).toBeLessThan(500);
    await page.context().close();
  });
});

describe('groups', () => {
  test('show aggregates, unfold by keyboard to their runs, and are selected whole', async () => {
    const page = await open('?columns=starred,name,metrics.auc');
    await page.getByRole('button', { name: 'Group' }).click();
    await page.getByRole('combobox', { name: 'Group runs by' }).fill('trainer');
    await page.getByRole('option', { name: 'trainer' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Groups of runs' }).waitFor({ state: 'detached' });
    await page.getByText(`2 groups of ${RUNS} runs`).waitFor();
    // The 20 odd ones: 0.6 + i / 1000, whose mean is 0.62 and whose standard deviation is that of 1, 3 … 39 thousandths.
    const gbdt = rows(page).filter({ hasText: 'trainer gbdt' });
    await gbdt.getByText('0.6200 ± 0.0118').waitFor();
    await table(page).getByRole('button', { name: 'metrics auc' }).click();
    await expect.poll(() => rows(page).nth(1).textContent()).toContain('gbdt');

    await goTo(page, 0);
    await page.keyboard.press('ArrowRight');
    await row(page, `run ${RUNS - 1}`).waitFor();
    expect(await gbdt.getAttribute('aria-expanded')).toBe('true');
    expect(await row(page, `run ${RUNS - 1}`).getAttribute('aria-level')).toBe('2');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowLeft');
    await row(page, `run ${RUNS - 1}`).waitFor({ state: 'detached' });
    await page.keyboard.press('x');
    await page.getByText(`${RUNS / 2} runs selected`).waitFor();
    await page.keyboard.press('x');

    // Figures change only when asked for, and what happens in other experiments does not matter.
    await workbench.client.runs.create({ body: { name: 'elsewhere' } });
    const added = await logRun('added', 1);
    await page.getByRole('button', { name: 'Runs changed: update' }).click();
    await page.getByText(`2 groups of ${RUNS + 1} runs`).waitFor();
    await workbench.client.runs.delete({ params: { runId: added } });
    await page.getByRole('button', { name: 'Compare groups' }).click();
    await page.waitForURL(/\/compare\?.*group=params\.trainer/);
    await page.context().close();
  });
});

describe('runs below others', () => {
  test('are folded under their parent, and found by a filter all the same', async () => {
    const parent = await logRun('sweep', 0);
    const children = [];
    for (let i = 0; i < CHILDREN; i++) children.push(await logRun(`child ${i}`, i, parent));
    const page = await open('?nested=yes');
    await row(page, 'sweep').waitFor();
    expect(await row(page, 'child 0').count()).toBe(0);
    await goTo(page, 0);
    await page.keyboard.press('ArrowRight');
    await row(page, 'child 0').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await filter(page).fill("name = 'child 1'");
    await filter(page).press('Enter');
    await page.getByText('1 run match').waitFor();
    await row(page, 'child 1').waitFor();
    for (const runId of [...children, parent]) await workbench.client.runs.delete({ params: { runId } });
    await workbench.client.workspace.emptyTrash({ body: {} });
    await page.context().close();
  });
});

describe('saved views', () => {
  test('come back by their link, show that they were changed, and can be deleted and brought back', async () => {
    const page = await open();
    await filter(page).fill("params.trainer = 'gbdt'");
    await filter(page).press('Enter');
    await page.getByText(`${RUNS / 2} runs match`).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save as a new view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as a new view' });
    await dialog.getByLabel('Name').fill('Boosted');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(/view=/);
    const viewId = new URL(page.url()).searchParams.get('view') ?? '';

    const other = await workbench.open(`/experiments/${experimentId}?view=${viewId}`);
    await other.getByText(`${RUNS / 2} runs match`).waitFor();
    expect(await filter(other).inputValue()).toBe("params.trainer = 'gbdt'");
    const picker = other.getByRole('button', { name: 'Boosted' });
    expect(await picker.textContent()).not.toContain('changed');
    await other.getByRole('button', { name: 'Clear the filter' }).click();
    await picker.getByText('changed').waitFor();
    await picker.click();
    await other.getByRole('menuitem', { name: 'Back to how it was saved' }).click();
    await other.getByText(`${RUNS / 2} runs match`).waitFor();

    await picker.click();
    await other.getByRole('menuitem', { name: 'Open with this view' }).click();
    await expect
      .poll(async () => (await workbench.client.views.get({ params: { viewId } })).state.isDefault)
      .toBe(true);
    const bare = await workbench.open(`/experiments/${experimentId}`);
    await bare.getByText(`${RUNS / 2} runs match`).waitFor();
    await bare.context().close();

    await picker.click();
    await other.getByRole('menuitem', { name: 'Delete the view' }).click();
    await other.getByRole('button', { name: 'Views' }).waitFor();
    await other.getByRole('button', { name: 'Undo' }).click();
    await expect
      .poll(async () => (await workbench.client.views.list({ query: {} })).items.map((view) => view.name))
      .toEqual(['Boosted']);
    await workbench.client.views.delete({ params: { viewId } });
    await other.context().close();
    await page.context().close();
  });
});

describe('the trash', () => {
  test('holds deleted runs, restores them, and is emptied after saying what comes back', async () => {
    const gone = await logRun('gone', 1);
    const kept = await logRun('kept', 1);
    for (const runId of [gone, kept]) await workbench.client.runs.delete({ params: { runId } });
    const page = await open();
    await page.getByRole('button', { name: 'More for these runs' }).click();
    await page.getByRole('menuitem', { name: 'Trash: deleted runs' }).click();
    await page.getByText(/can be restored for 30 days/).waitFor();
    await expect.poll(async () => (await names(page)).sort()).toEqual(['gone', 'kept']);
    expect(await accessibilityFaults(page)).toEqual([]);
    await row(page, 'kept').getByRole('gridcell').first().click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Restore' }).click();
    await expect.poll(() => names(page)).toEqual(['gone']);
    await page.getByRole('button', { name: 'Empty the trash' }).click();
    const dialog = page.getByRole('dialog', { name: 'Empty the trash' });
    await dialog.getByText(/1 deleted run and 0 deleted experiments .* come back/).waitFor();
    await dialog.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByText('The trash is empty').waitFor();
    await page.getByRole('button', { name: 'Back to the runs' }).click();
    await row(page, 'kept').waitFor();
    await workbench.client.runs.delete({ params: { runId: kept } });
    await page.context().close();
  });
});

describe('export', () => {
  test('gives selected runs as CSV with the shown columns', async () => {
    const page = await open('?columns=starred,name,params.depth,metrics.auc');
    await goTo(page, 0);
    await page.keyboard.press('x');
    await page.getByRole('toolbar').getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'As CSV' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('name,params.depth,metrics.auc');
    expect(lines[1]).toContain(`run ${RUNS - 1},3,0.639`);
    await page.context().close();
  });
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
