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

test('a training whose preprocessing was changed in the form keeps it in its recipe and its model', async () => {
  const page = await workbench.open(`/training?version=${versionId}`);
  const recipe = page.getByRole('region', { name: 'Recipe of linear' });
  for (const name of [/Baseline/, /Forest/, /Gradient/]) await page.getByRole('checkbox', { name }).uncheck();
  await recipe.waitFor();
  expect(await recipe.textContent()).not.toMatch(/preprocessing/);

  await page.getByText('How columns become numbers').click();
  const numbers = page.getByRole('group', { name: 'Numbers' });
  await numbers.getByRole('combobox', { name: 'Scale' }).click();
  await page.getByRole('option', { name: 'yeoJohnson' }).click();
  await expect.poll(() => recipe.textContent()).toMatch(/scale: yeoJohnson/);
  expect(await numbers.getByLabel('Clip range').count()).toBe(0);
  await numbers.getByRole('combobox', { name: 'Clip', exact: true }).click();
  await page.getByRole('option', { name: 'iqr' }).click();
  await numbers.getByLabel('Clip range').fill('3');
  await expect.poll(() => recipe.textContent()).toMatch(/clipRange: 3/);

  await page.getByRole('button', { name: 'Add an interaction' }).click();
  await page.getByRole('combobox', { name: 'Interaction 1: first feature' }).click();
  await page.getByRole('option', { name: 'Beak Length (mm)' }).click();
  await page.getByRole('combobox', { name: 'Interaction 1: second feature' }).click();
  await page.getByRole('option', { name: 'Beak Depth (mm)' }).click();

  await page.getByRole('combobox', { name: 'Give a column settings of its own' }).click();
  await page.getByRole('option', { name: 'Island' }).click();
  const island = page.getByRole('group', { name: 'Settings of Island' });
  await island.getByRole('combobox', { name: 'Encoding' }).click();
  await page.getByRole('option', { name: 'target' }).click();
  await island.getByLabel('Target folds').waitFor();
  await page.getByText('5 changed').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page
    .getByRole('complementary', { name: 'Review' })
    .getByRole('button', { name: /^Train/ })
    .click();
  await page.waitForURL(/\/experiments\/\d+$/);
  await page.getByRole('grid', { name: 'Runs' }).getByText('Finished').waitFor({ timeout: 120_000 });
  const { items } = await workbench.client.runs.list({ query: {} });
  const runId = items[0]?.id ?? '';
  const artifact = await workbench.client.runs.getArtifact({ params: { runId, path: 'recipe.json' } });
  expect(await artifact.json()).toMatchObject({
    preprocessing: {
      numeric: { scale: 'yeoJohnson', clip: 'iqr', clipRange: 3 },
      interactions: [{ kind: 'product', columns: ['Beak Length (mm)', 'Beak Depth (mm)'] }],
      columns: { Island: { encoding: 'target' } },
    },
  });

  // The form comes back as it was sent.
  const again = await workbench.open(`/training?run=${runId}`);
  await again.getByText('5 changed').waitFor();
  await again.getByRole('group', { name: 'Settings of Island' }).waitFor();
  await again.context().close();
  await page.context().close();
});

test('an interaction that is half chosen is said at its place before anything is started', async () => {
  const page = await workbench.open(`/training?version=${versionId}`);
  await page.getByText('How columns become numbers').click();
  await page.getByRole('button', { name: 'Add an interaction' }).click();
  const review = page.getByRole('complementary', { name: 'Review' });
  await review.getByRole('button', { name: /^Train/ }).click();
  await review.getByRole('alert').getByText('Choose both features.').waitFor();
  await page.getByRole('group', { name: 'Interactions' }).getByText('Choose both features.').waitFor();
  await page.context().close();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
