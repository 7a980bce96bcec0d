import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

const model = 'penguin species';
const address = '/models/penguin%20species';
let workbench: Workbench;
let compared: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const datasets = [await importPenguins(client), await importPenguins(client, `"Island" <> 'Dream'`)];
  for (const [kind, dataset] of [
    ['prior', datasets[0]],
    ['gbdt', datasets[1]],
  ] as const) {
    const job = await client.training.start({
      body: {
        experimentId: '0',
        name: kind,
        recipe: {
          task: 'classification',
          dataset: dataset ?? '',
          target: { column: 'Species' },
          trainer: kind === 'gbdt' ? { kind, trees: 10 } : { kind },
          rows: { where: `"Species" <> 'Chinstrap'` },
        },
      },
    });
    const { runId } = await ended(client, job);
    await client.models.register({ params: { model }, body: { runId: String(runId) } });
  }
});
afterAll(() => workbench?.close());

test('versions that are ticked are compared; the best of each measure is marked and the intervals stand below', async () => {
  const page = await workbench.open(address);
  await settled(page);
  const compare = page.getByRole('button', { name: /^Compare/ });
  expect(await compare.isDisabled()).toBe(true);
  await page.getByRole('checkbox', { name: 'Select all rows' }).check();
  await page.getByRole('button', { name: 'Compare 2 versions' }).click();
  const table = page.getByRole('region', { name: 'Measures of the versions' });
  const accuracy = table.getByRole('row', { name: /accuracy/ });
  await accuracy.getByText('best', { exact: true }).waitFor({ timeout: 60_000 });
  await accuracy.getByText(/^\+0\.\d+ \(.* to .*\), better$/).waitFor();
  await page.getByText(/Test rows of \d\.\d\.0: \d+ rows\./).waitFor();
  await page.getByText(/\d+ of \d+ columns drifted/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  compared = page.url().slice(workbench.url.length);
});

test('the comparison is still there under its address, and reads well in the dark', async () => {
  const page = await workbench.open(compared, { scheme: 'dark' });
  await page.getByRole('region', { name: 'Measures of the versions' }).waitFor();
  expect(await accessibilityFaults(page, 'colours')).toEqual([]);
});

test('tags are given to a model, found by, and shown with it', async () => {
  const page = await workbench.open(address);
  await page.getByRole('button', { name: `Actions for the model ${model}` }).click();
  await page.getByRole('menuitem', { name: 'Tags …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of tag 1').fill('team');
  await dialog.getByLabel('Value of tag 1').fill('growth');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('team = growth').waitFor();
  const { items } = await workbench.client.models.list({ query: { filter: "tags.team = 'growth'" } });
  expect(items.map(({ name }) => name)).toEqual([model]);
});

test('the versions and the rows can be chosen anew', async () => {
  const page = await workbench.open(compared);
  await page.getByRole('region', { name: 'Measures of the versions' }).waitFor();
  const form = page.getByRole('region', { name: 'Compare versions' });
  await form.getByRole('combobox', { name: 'Measured on: dataset' }).click();
  await page
    .getByRole('option', { name: /penguins/ })
    .first()
    .click();
  await form.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.getByText(/penguins v\d.*: \d+ rows\./).waitFor({ timeout: 60_000 });
  await page
    .getByText(/was trained on rows of these data/)
    .first()
    .waitFor();
  expect(workbench.faults()).toEqual([]);
});
