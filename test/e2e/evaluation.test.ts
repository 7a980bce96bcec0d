import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecipeInput } from '../../local-api/contract/index.ts';
import { runFiles } from '../../renderer/features/runs/artifacts/run-files.ts';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let binary: string;
let species: string;
let mass: string;
let old: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const versionId = await importPenguins(client);
  const train = async (recipe: Omit<RecipeInput, 'dataset'>) => {
    const { id } = await client.training.start({ body: { recipe: { ...recipe, dataset: versionId } } });
    return ((await client.waitForJob(id)).result as { runId: string }).runId;
  };
  binary = await train({
    task: 'classification',
    target: { name: 'heavy', expression: '"Body Mass (g)" > 4200' },
    features: { exclude: ['Species', 'Flipper Length (mm)'] },
    trainer: { kind: 'gbdt', trees: 30, minLeafRows: 5 },
    calibration: 'sigmoid',
    threshold: { by: 'cost', costs: { falsePositive: 1, falseNegative: 4 } },
    evaluation: { slices: ['Species'], fairness: ['Sex'], smallGroup: 10, learningCurve: 3, resamples: 200 },
  });
  species = await train({
    task: 'classification',
    target: { column: 'Species' },
    trainer: { kind: 'linear' },
    evaluation: { resamples: 200 },
  });
  mass = await train({
    task: 'regression',
    target: { column: 'Body Mass (g)' },
    trainer: { kind: 'linear' },
    evaluation: { slices: ['Island'], resamples: 200 },
  });
  old = await train({
    task: 'classification',
    target: { name: 'heavy', expression: '"Body Mass (g)" > 4200' },
    trainer: { kind: 'linear' },
    evaluation: { resamples: 0 },
  });
  await makeOlder(old);
});
afterAll(() => workbench.close());

/** Leaves of an evaluation what evaluations held at first. */
async function makeOlder(runId: string): Promise<void> {
  const params = { runId, path: runFiles.evaluation };
  const response = await workbench.client.runs.getArtifact({ params });
  const all = (await response.json()) as Record<string, unknown>;
  const kept = [
    'task',
    'rows',
    'classes',
    'positive',
    'metrics',
    'threshold',
    'confusion',
    'roc',
    'precisionRecall',
  ];
  const first = Object.fromEntries([...kept, 'calibration'].map((key) => [key, all[key]]));
  await workbench.client.runs.putArtifact({ params, body: new TextEncoder().encode(JSON.stringify(first)) });
}

async function open(runId: string, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await workbench.open(`/runs/${runId}?tab=evaluation`, { scheme });
  await page.getByRole('list').or(page.getByLabel('Metrics on the test part')).first().waitFor();
  return page;
}

describe('the evaluation of a run', () => {
  test('shows figures with intervals, curves, calibration, slices, fairness and where the model goes wrong', async () => {
    const page = await open(binary);
    await page.getByText(/95 % intervals below the figures/).waitFor();
    for (const name of [
      'ROC curve',
      'Precision and recall',
      'Cumulative gain',
      'Lift',
      'Calibration curve',
      'Learning curve',
    ])
      await page.getByRole('figure', { name, exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Figures with and without calibration' })
      .getByText('log_loss')
      .waitFor();
    await page.getByRole('region', { name: 'Slices by Species' }).getByText('Gentoo').waitFor();
    await page.getByText('Demographic parity difference').waitFor();
    await page.getByRole('region', { name: 'Rates by Sex' }).getByText('female').waitFor();
    await page.getByRole('region', { name: 'Rows of highest loss' }).getByRole('row').nth(1).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('answers at another threshold as the slider is moved, with their costs, and finds the least cost', async () => {
    const page = await open(binary);
    const slider = page.getByRole('slider', { name: 'Threshold' });
    const facts = page.getByLabel('At this threshold');
    await page.getByText(/, as the model does/).waitFor();
    const own = await facts.textContent();
    await slider.focus();
    await slider.press('Home');
    // From a probability of 0 on every row is answered positive.
    await facts.getByText('recall').locator('..').getByText('1', { exact: true }).waitFor();
    await page
      .getByRole('table', { name: /Rows: what it was/ })
      .getByTitle('true answered as false: 0')
      .waitFor();
    await page.getByRole('button', { name: 'The model’s own' }).click();
    await expect.poll(() => facts.textContent()).toBe(own);
    await page.getByLabel('A miss costs').fill('1000');
    await page.getByRole('button', { name: 'Least cost' }).click();
    await page.getByTitle('true answered as false: 0').waitFor();
    await page.context().close();
  });

  test('tells of one of the worst rows why it was answered so', async () => {
    const page = await open(binary);
    await page
      .getByRole('button', { name: /^Why row \d+ was answered so/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog', { name: /^Row \d+ of the data/ });
    await dialog.getByRole('heading', { name: 'What moves this answer' }).waitFor();
    // Columns that are no features are told too.
    await dialog.getByText('Species', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('chooses the metric of a slice', async () => {
    const page = await open(binary);
    await page.getByRole('combobox', { name: 'Metric by Species' }).click();
    await page.getByRole('option', { name: 'accuracy', exact: true }).click();
    await page.getByRole('figure', { name: 'accuracy by Species' }).waitFor();
    await page.context().close();
  });

  test('of more classes tells each class', async () => {
    const page = await open(species, 'dark');
    await page.getByRole('region', { name: 'Figures of the classes' }).getByText('Chinstrap').waitFor();
    await page.getByRole('table', { name: /Rows: what it was/ }).waitFor();
    expect(await accessibilityFaults(page, 'colours')).toEqual([]);
    await page.context().close();
  });

  test('of numbers shows residuals, also by feature', async () => {
    const page = await open(mass);
    for (const name of [
      'Predicted over actual',
      'Residuals',
      'Residuals over predicted',
      'Normal quantiles of the residuals',
    ])
      await page.getByRole('figure', { name, exact: true }).waitFor();
    await page.getByRole('figure', { name: /^Mean residual by/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('of an older version shows what it has, and says what to do for the rest', async () => {
    const page = await open(old);
    await page.getByText(/evaluated by an older version/).waitFor();
    await page.getByRole('figure', { name: 'ROC curve' }).waitFor();
    await page.getByRole('table', { name: /Rows: what it was/ }).waitFor();
    await page.context().close();
  });
});

test('calibration, threshold and slices are chosen in the form of a new training', async () => {
  const page = await workbench.open(`/training?run=${binary}`);
  const recipe = page.getByRole('region', { name: 'Recipe of gbdt' });
  await recipe.getByText(/calibration: sigmoid/).waitFor();
  // A recipe that says something of it has the part unfolded.
  await page.getByLabel('A miss costs').fill('9');
  await page.getByRole('combobox', { name: 'Calibration' }).click();
  await page.getByRole('option', { name: /helps most/ }).click();
  await page.getByRole('combobox', { name: 'Weights of the classes' }).click();
  await page.getByRole('option', { name: 'balanced' }).click();
  await expect.poll(() => recipe.textContent()).toMatch(/classes: balanced/);
  const text = (await recipe.textContent()) ?? '';
  expect(text).toMatch(/calibration: auto/);
  expect(text).toMatch(/falseNegative: 9/);
  expect(text).toMatch(/fairness:/);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
