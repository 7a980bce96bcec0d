import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let versionId: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  versionId = await importPenguins(workbench.client);
});
afterAll(() => workbench.close());

async function open(path: string): Promise<Page> {
  const page = await workbench.open(path);
  page.setDefaultTimeout(60_000);
  return page;
}

describe('a search for settings', () => {
  test('is asked for in the form, fills a leaderboard, and gives a model', async () => {
    const page = await open(`/training?version=${versionId}`);
    await page.getByRole('grid', { name: 'Features' }).waitFor();
    for (const name of [/Baseline/, /Forest/, /Gradient/])
      await page.getByRole('checkbox', { name }).uncheck();
    await page.getByText('Folds at random', { exact: true }).click();
    await page.getByLabel('Folds', { exact: true }).fill('3');
    await page.getByRole('switch', { name: 'Search for good settings of each trainer' }).check();
    await page.getByLabel('Trials', { exact: true }).fill('4');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page
      .getByRole('complementary', { name: 'Review' })
      .getByRole('button', { name: /^Train/ })
      .click();
    await page.waitForURL(/\/experiments\/\d+$/);

    const { items } = await workbench.client.runs.list({ query: { filter: 'parentRunId is null' } });
    const runId = items[0]?.id ?? '';
    await page.goto(`${workbench.url}/runs/${runId}?tab=leaderboard`);
    const board = page.getByRole('region', { name: 'Leaderboard' });
    await board.getByText('best', { exact: true }).waitFor();
    await page.getByText('4 complete, 0 given up early, 0 failed, 0 cut off').waitFor();
    expect(await board.getByRole('rowheader').count()).toBe(4);
    await page.getByRole('heading', { name: /How settings lead to log_loss/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    const run = await workbench.client.runs.get({ params: { runId } });
    expect(run.params['best.trainer.l2']).toBeDefined();
    await board.getByRole('link', { name: 'trial 1' }).click();
    await page.waitForURL((url) => !url.pathname.includes(runId));
    expect(workbench.faults()).toEqual([]);
    await page.context().close();
  });

  test('is paused and resumed from its page', async () => {
    const { client } = workbench;
    const recipe = {
      task: 'classification',
      dataset: versionId,
      target: { column: 'Species' },
      trainer: { kind: 'gbdt', trees: 50 },
      tuning: { trials: 500, method: { kind: 'random' } },
    } as const;
    const { id: jobId, runId } = await client.training.start({ body: { recipe } });
    const page = await open(`/jobs/${jobId}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).first().waitFor();
    expect(await client.jobs.get({ params: { jobId } })).toMatchObject({ isPaused: true });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect
      .poll(
        async () => (await client.studies.leaderboard({ params: { runId: runId ?? '' } })).entries.length,
        {
          timeout: 120_000,
        },
      )
      .toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect
      .poll(async () => (await client.jobs.get({ params: { jobId } })).state, { timeout: 60_000 })
      .toBe('cancelled');
    await page.context().close();
  });
});
