import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { farRay } from '../kit/remotes/far-ray.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let dataset: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  dataset = await importPenguins(workbench.client);
});
afterAll(() => workbench.close());

test('a training is sent to a cluster that is set up as a target, and its run says so', async () => {
  const { client } = workbench;
  const path = `/training?version=${dataset}`;
  const before = await workbench.open(path);
  await settled(before);
  await before.getByRole('combobox', { name: 'Experiment' }).waitFor();
  expect(await before.getByRole('combobox', { name: 'Train on' }).count()).toBe(0);
  await before.context().close();

  const far = await farRay();
  await client.targets.create({ body: { name: 'cluster', kind: 'ray', config: { url: far.origin } } });
  const folder = { name: 'shelf', kind: 'folder', config: { path: workbench.dir } };
  await client.targets.create({ body: folder });
  const page = await workbench.open(path);
  await settled(page);
  for (const name of [/Linear/, /Forest/, /Gradient/]) await page.getByRole('checkbox', { name }).uncheck();
  await page.getByRole('combobox', { name: 'Train on' }).click();
  expect(await page.getByRole('option').allTextContents()).toEqual(['This machine', 'cluster']);
  await page.getByRole('option', { name: 'cluster' }).click();
  await page.getByText('The data goes there').waitFor();
  const review = page.getByRole('complementary', { name: 'Review' });
  await review.getByText('cluster', { exact: true }).waitFor();
  // SHOT elsewhere
  expect(await accessibilityFaults(page)).toEqual([]);
  await review.getByRole('button', { name: /^Train/ }).click();
  await page.waitForURL(/\/experiments\/\d+$/);
  await page.getByRole('grid', { name: 'Runs' }).getByText('Finished').waitFor({ timeout: 120_000 });
  const [run] = (await client.runs.list({ query: {} })).items;
  expect(run?.tags).toMatchObject({ 'assay.trained_on': 'cluster' });
  await page.goto(`${workbench.url}/jobs`);
  await page.getByRole('gridcell', { name: 'Training elsewhere' }).waitFor();
  // SHOT jobs
  expect(workbench.faults()).toEqual([]);
});
