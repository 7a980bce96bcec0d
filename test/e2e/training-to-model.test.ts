import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let versionId: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  versionId = await importPenguins(workbench.client);
});
afterAll(() => workbench.close());

/** Nothing here may keep a person waiting for long, jobs aside. */
async function open(path: string): Promise<Page> {
  const page = await workbench.open(path);
  page.setDefaultTimeout(10_000);
  return page;
}

const review = (page: Page) => page.getByRole('complementary', { name: 'Review' });
const train = (page: Page) => review(page).getByRole('button', { name: /^Train/ });

describe('a training set up in the workbench', () => {
  test('goes from the data to compared models without a default having to be changed', async () => {
    const page = await open('/training');
    await page.getByText('Choose the data to learn from').waitFor();
    await page.getByRole('combobox', { name: 'Dataset to learn from: dataset' }).click();
    await page.getByRole('option', { name: 'penguins' }).click();
    // "Species" is named like an answer.
    await review(page).getByText('Species', { exact: true }).waitFor();
    await page.getByRole('list', { name: 'Shares of the classes' }).getByText('Chinstrap').waitFor();
    await page
      .getByRole('row', { name: /Island/ })
      .getByRole('gridcell')
      .first()
      .click();
    await review(page).getByText('5 features of penguins version 1').waitFor();
    await train(page).click();
    await page.waitForURL(/\/experiments\/\d+$/);
    await page.getByRole('heading', { level: 1, name: 'penguins' }).waitFor();
    // The rows come to their end by themselves.
    const finished = page.getByRole('grid', { name: 'Runs' }).getByText('Finished');
    await expect.poll(() => finished.count(), { timeout: 60_000 }).toBe(4);
    const runs = await workbench.client.runs.list({ query: { sort: 'startedAtMs' } });
    expect(runs.items.map((run) => run.params?.trainer)).toEqual(['prior', 'linear', 'forest', 'gbdt']);
    const recipe = await artifact(runs.items[1]?.id ?? '', 'recipe.json');
    expect(recipe).toMatchObject({ target: { column: 'Species' }, split: { kind: 'random' } });
    expect(recipe.features.include).not.toContain('Island');
    await page.context().close();
  });

  test('lists everything that is missing before it asks the engine', async () => {
    const page = await open(`/training?version=${versionId}`);
    await page.getByRole('grid', { name: 'Features' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select all rows' }).click();
    for (const name of [/Baseline/, /Linear/, /Forest/, /Gradient/]) {
      await page.getByRole('checkbox', { name }).uncheck();
    }
    await train(page).click();
    const alert = review(page).getByRole('alert');
    await alert.getByText('Choose at least one feature.').waitFor();
    await alert.getByText('Choose at least one trainer, or let Assay choose.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('shows what the engine refuses at the field it is about', async () => {
    const page = await open(`/training?version=${versionId}`);
    await page.getByText('An expression', { exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('heavy');
    await page.getByLabel('SQL expression over the columns').fill('"Body Mas (g)" > 4200');
    await train(page).click();
    await review(page).getByRole('alert').waitFor();
    const field = page.getByLabel('SQL expression over the columns');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await page
      .getByText(/Body Mas/)
      .first()
      .waitFor();
    await page.context().close();
  });

  test('trains on an expression, with changed settings, from the short way for numbers', async () => {
    const page = await open(`/training?version=${versionId}`);
    await page.getByRole('combobox', { name: 'Column to predict' }).click();
    await page.getByRole('option', { name: 'Body Mass (g)' }).click();
    await page.getByRole('button', { name: /^Body Mass \(g\) above \d+/ }).click();
    await review(page).getByText('classes', { exact: true }).waitFor();
    for (const name of [/Baseline/, /Linear/, /Forest/]) await page.getByRole('checkbox', { name }).uncheck();
    await page.getByRole('form').getByText('Settings', { exact: true }).click();
    await page.getByLabel('Trees', { exact: true }).fill('12');
    await page.getByText('1 changed').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'Experiment' }).fill('heavy penguins');
    expect(await page.getByRole('region', { name: 'Recipe of gbdt' }).textContent()).toMatch(/trees: 12/);
    await train(page).click();
    await page.waitForURL(/\/experiments\/\d+$/);
    await page.getByRole('heading', { level: 1, name: 'heavy penguins' }).waitFor();
    await page.getByRole('grid', { name: 'Runs' }).getByText('Finished').waitFor({ timeout: 60_000 });
    await page.context().close();
  });

  test('starts again from the recipe of a run', async () => {
    const run = await runOf('heavy penguins');
    const page = await open(`/runs/${run}`);
    await page.getByRole('button', { name: 'More for this run' }).click();
    await page.getByRole('menuitem', { name: /Change and train/ }).click();
    await page.waitForURL(/\/training\?run=/);
    expect(await page.getByRole('region', { name: 'Recipe of gbdt' }).textContent()).toMatch(/trees: 12/);
    expect(await page.getByRole('combobox', { name: 'Experiment' }).inputValue()).toBe('heavy penguins');
    await page.context().close();
  });
});

describe('a trained run', () => {
  test('shows its evaluation, files, card and log, free of faults that axe finds', async () => {
    const run = await runOf('heavy penguins');
    const page = await open(`/runs/${run}?tab=evaluation`);
    await page.getByRole('figure', { name: 'ROC curve' }).waitFor();
    await page.getByRole('table', { name: /Rows: what it was/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('treeitem', { name: /^model\.onnx/ }).click();
    await page.getByText('ai.onnx.ml.TreeEnsembleRegressor').waitFor();
    await page.getByText('string [N]').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('treeitem', { name: /^evaluation\.json/ }).click();
    await page.getByText('classification', { exact: true }).waitFor();

    await page.getByRole('tab', { name: 'Model card' }).click();
    await page.getByRole('table').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText(/rows × \d+ columns to train on/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Curves' }).click();
    await page.getByRole('figure').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });
});

describe('a model', () => {
  test('is registered from a run, answers in the try-it form, and gets the same answer by the copied call', async () => {
    const page = await open(`/runs/${await runOf('penguins', 'linear')}`);
    await page.getByRole('button', { name: 'Register model …' }).click();
    const dialog = page.getByRole('dialog', { name: /Register/ });
    await dialog.getByRole('combobox', { name: /^Model/ }).fill('penguin species');
    await dialog.getByRole('combobox', { name: /^Aliases/ }).fill('champion');
    await dialog.getByRole('combobox', { name: /^Aliases/ }).press('Enter');
    await dialog.getByLabel('Description').click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Register' }).click();
    await page.waitForURL(/\/models\/penguin%20species\?version=1\.0\.0/);

    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    const answer = page.getByRole('status', { name: 'Prediction' });
    await answer.getByText(/ms in the model/).waitFor();
    const shares = await answer.getByRole('listitem').allTextContents();
    expect(shares).toHaveLength(3);
    const total = shares
      .map((text) => Number(/([\d.]+) %$/.exec(text)?.[1] ?? 0))
      .reduce((sum, part) => sum + part, 0);
    expect(total).toBeGreaterThan(99);

    const code =
      (await page.getByRole('region', { name: 'This prediction: curl, Assay' }).textContent()) ?? '';
    const body = JSON.parse(/-d '([\s\S]*)'$/.exec(code)?.[1] ?? 'null') as Parameters<
      typeof workbench.client.predictions.predict
    >[0]['body'];
    expect(body.model).toBe('penguin species@champion');
    const direct = await workbench.client.predictions.predict({ body });
    expect(await answer.textContent()).toContain(direct.label?.[0]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('says at the field what is wrong with a value', async () => {
    const page = await open('/models/penguin%20species');
    const field = page.getByLabel('Beak Length (mm)', { exact: true });
    await field.fill('long');
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await page.getByText('a number is expected').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await page.context().close();
  });

  test('moves an alias to another version after saying what that changes', async () => {
    const gbdt = await runOf('penguins', 'gbdt');
    await workbench.client.models.register({ params: { model: 'penguin species' }, body: { runId: gbdt } });
    const page = await open('/models/penguin%20species?version=1.1.0');
    await page.getByRole('button', { name: 'Set alias …' }).click();
    const dialog = page.getByRole('dialog', { name: /Alias/ });
    await dialog.getByText(/champion moves from 1\.0\.0 to 1\.1\.0/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Move the alias' }).click();
    await page
      .getByRole('row', { name: /1\.1\.0/ })
      .getByText('champion')
      .waitFor();
    const model = await workbench.client.models.get({ params: { model: 'penguin species' } });
    expect(model.aliases.champion).toBe('1.1.0');
    await page.context().close();
  });

  test('keeps an edited card, and shows signature and lineage', async () => {
    const page = await open('/models/penguin%20species?version=1.0.0&tab=card');
    await page.getByRole('button', { name: 'Edit: Model card' }).click();
    await page.getByRole('textbox', { name: 'Model card' }).fill('# For the island survey only');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'For the island survey only' }).waitFor();
    await page.getByRole('tab', { name: 'Signature' }).click();
    await page.getByRole('rowheader', { name: 'Beak Length (mm)' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Details and lineage' }).click();
    await page.getByRole('link', { name: 'penguins version 1' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('is exported as a folder whose files are listed', async () => {
    const page = await open('/models/penguin%20species?version=1.0.0');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await page.getByRole('menuitem', { name: /As a folder/ }).click();
    const dialog = page.getByRole('dialog', { name: /Export/ });
    await dialog.getByRole('button', { name: 'Export' }).click();
    await dialog.getByRole('rowheader', { name: 'model.onnx' }).waitFor({ timeout: 60_000 });
    await dialog.getByRole('rowheader', { name: 'MLmodel' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('loses a version only after a question, and goes only when its name is typed', async () => {
    const page = await open('/models/penguin%20species?version=1.0.0');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText(/Delete version 1\.0\.0\?/).waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
    await page.getByText('1 version', { exact: true }).waitFor();

    await page.getByRole('button', { name: /Actions for the model/ }).click();
    await page.getByRole('menuitem', { name: /Delete the model/ }).click();
    const dialog = page.getByRole('dialog', { name: /Delete/ });
    const confirm = dialog.getByRole('button', { name: 'Delete the model' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type penguin species/).fill('penguin species');
    await confirm.click();
    await page.waitForURL(/\/models$/);
    await settled(page);
    await page.getByText('No models yet').waitFor();
    await page.context().close();
  });
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});

async function runOf(experiment: string, trainer = 'gbdt'): Promise<string> {
  const { items } = await workbench.client.experiments.list({ query: { filter: `name = '${experiment}'` } });
  const runs = await workbench.client.runs.list({
    query: { filter: `experimentId = '${items[0]?.id}' and params.trainer = '${trainer}'` },
  });
  return runs.items[0]?.id ?? '';
}

async function artifact(runId: string, path: string): Promise<{ features: { include: string[] } }> {
  const response = await workbench.client.runs.getArtifact({ params: { runId, path } });
  return (await response.json()) as { features: { include: string[] } };
}
