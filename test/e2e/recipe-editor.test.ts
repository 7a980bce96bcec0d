import { afterAll, beforeAll, expect, test } from 'vitest';
import { Recipe } from '../../local-api/contract/index.ts';
import { importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let versionId: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  versionId = await importPenguins(workbench.client);
});
afterAll(() => workbench.close());

test('a recipe is written as text: completed, its faults marked, followed by the form, and trained as it stands', async () => {
  const page = await workbench.open(`/training?version=${versionId}`, { scheme: 'dark' });
  for (const name of [/Baseline/, /Forest/, /Gradient/]) await page.getByRole('checkbox', { name }).uncheck();
  await page.getByText('Recipe as text').click();
  const editor = page.getByRole('textbox', { name: 'Recipe of linear' });
  await editor.fill(
    `# small\ntask: classification\ndataset: ${versionId}\ntarget: { column: Speices }\ntrainer:\n  kind: linear\n  `,
  );
  const recipe = page.getByRole('region', { name: 'Recipe', exact: true });
  const fault = recipe.getByRole('button', { name: /^Line 4 target\.column .*did you mean "Species"/ });
  await fault.waitFor();
  await recipe.getByText('1 fault in the recipe').waitFor();
  await page.locator('.cm-lint-marker-error').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await editor.press('Control+End');
  await editor.pressSequentially('max');
  // A click, for the editor takes no Enter as an answer in the first moments of a list.
  await page.getByRole('option', { name: /maxIterations/ }).click();
  await expect.poll(() => editor.textContent()).toMatch(/maxIterations: $/);
  await editor.pressSequentially('77');
  await fault.click();
  await editor.press('Control+Shift+ArrowRight');
  await editor.pressSequentially('Species');
  await recipe.getByText('A recipe that fits the data').waitFor();
  // The first closes the list of completions.
  await editor.press('Escape');
  await editor.press('Escape');
  await editor.press('Tab');
  expect(await editor.evaluate((element) => element === document.activeElement)).toBe(false);

  await page.getByText('Form', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Column to predict' }).waitFor();
  await page
    .getByRole('form')
    .getByText(/^Settings/)
    .click();
  expect(await page.getByLabel('Max iterations').inputValue()).toBe('77');
  await page.getByLabel('Seed', { exact: true }).fill('9');
  await page.getByText('Recipe as text').click();
  await expect.poll(() => editor.textContent()).toMatch(/# small.*seed: 9/);

  await page
    .getByRole('complementary', { name: 'Review' })
    .getByRole('button', { name: 'Train', exact: true })
    .click();
  await page.waitForURL(/\/experiments\/\d+$/);
  await page.getByRole('grid', { name: 'Runs' }).getByText('Finished').waitFor({ timeout: 120_000 });
  const { items } = await workbench.client.runs.list({ query: {} });
  const params = { runId: items[0]?.id ?? '' };
  const stored = await workbench.client.runs.getArtifact({ params: { ...params, path: 'recipe.json' } });
  expect(Recipe.parse(await stored.json())).toMatchObject({
    seed: 9,
    trainer: { kind: 'linear', maxIterations: 77 },
  });
  expect(workbench.faults()).toEqual([]);
});
