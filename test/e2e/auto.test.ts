import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let versionId: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  versionId = await importPenguins(workbench.client);
});
afterAll(() => workbench.close());

test('Assay chooses: the leaderboard fills, is told to finish, and the best so far becomes a registered model', async () => {
  const { client } = workbench;
  const page = await workbench.open(`/training?version=${versionId}`);
  page.setDefaultTimeout(60_000);
  await page.getByRole('grid', { name: 'Features' }).waitFor();
  await page.getByText('Let Assay choose', { exact: true }).click();
  await page.getByText('30 min', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Forest' }).uncheck();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page
    .getByRole('complementary', { name: 'Review' })
    .getByRole('button', { name: 'Let Assay choose' })
    .click();
  await page.waitForURL(/\/runs\/\w+\?tab=leaderboard/);

  const runId = /runs\/(\w+)/.exec(page.url())?.[1] ?? '';
  const run = await client.runs.get({ params: { runId } });
  expect(run.params).toMatchObject({ 'auto.budgetSeconds': '1800' });
  const board = page.getByRole('region', { name: 'Leaderboard' });
  await board
    .getByRole('row', { name: /^Linear model 0\.\d+/ })
    .first()
    .waitFor();
  await page.getByText('Time left').waitFor();
  await page.getByRole('button', { name: 'Finish now' }).click();

  await page.getByRole('heading', { name: 'What Assay chose' }).waitFor({ timeout: 120_000 });
  await page.getByText(/It was asked to finish early/).waitFor();
  await board.getByText('best', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Register model …' }).click();
  const dialog = page.getByRole('dialog', { name: /Register/ });
  await dialog.getByRole('combobox', { name: /^Model/ }).fill('chosen');
  await dialog.getByRole('button', { name: 'Register' }).click();
  await page.waitForURL(/\/models\/chosen/);

  await page.goto(`${workbench.url}/runs/${runId}?tab=leaderboard`);
  await board.getByRole('link', { name: 'Baseline' }).click();
  await page.waitForURL((url) => !url.pathname.includes(runId));
  await page.getByRole('link', { name: 'Train this model …' }).waitFor();
  expect(workbench.faults()).toEqual([]);
  await page.context().close();
});
