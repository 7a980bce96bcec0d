import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillWithPenguins, type PenguinWorkspace } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let made: PenguinWorkspace;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  made = await fillWithPenguins(workbench.client);
  const address = `/models/${encodeURIComponent(made.model)}?tab=explanation`;
  page = await workbench.open(address, { height: 1200 });
  await settled(page);
});
afterAll(() => workbench.close());

const part = (name: string) =>
  page.getByRole('tablist', { name: 'Parts of the explanation' }).getByRole('tab', { name });

describe('the explanation of a model', () => {
  test('is offered where there is none, and appears when its job is done', async () => {
    await page.getByText('Not explained yet').waitFor();
    await page.getByRole('button', { name: 'Explain this model' }).click();
    await page.getByRole('heading', { name: 'Permutation importance' }).waitFor({ timeout: 120_000 });
    await page.getByRole('figure', { name: 'Mean size of the contribution' }).waitFor();
    await page.getByText(/exact Shapley values of the trees/).waitFor();
  });

  test('shows the contributions of all rows, and of one input by its value', async () => {
    await part('Contributions').click();
    const swarm = page.getByRole('figure', { name: 'Contributions by input' });
    await swarm.locator('circle').first().waitFor();
    expect(await swarm.locator('circle').count()).toBeGreaterThan(100);
    await swarm.getByRole('group').focus();
    await page.keyboard.press('ArrowDown');
    await swarm.getByRole('status').waitFor();
    const input = page.getByRole('combobox', { name: 'Input', exact: true });
    await input.click();
    await page.getByRole('option', { name: 'Body Mass (g)' }).click();
    await page
      .getByRole('figure', { name: 'Contribution of Body Mass (g) by its value' })
      .locator('circle')
      .first()
      .waitFor();
  });

  test('shows how the answer changes with one input and with two', async () => {
    await part('Effects').click();
    await page.getByRole('figure', { name: /^Partial dependence of probability of/ }).waitFor();
    expect(await page.getByRole('figure').count()).toBe(2);
  });

  test('leads from the mean to the answer of a row, and on to the next by the keyboard', async () => {
    await part('Single rows').click();
    await page.getByRole('figure', { name: 'How row 1 comes to its answer' }).waitFor();
    const next = page.getByRole('button', { name: 'The next row' });
    await next.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('figure', { name: 'How row 2 comes to its answer' }).waitFor();
  });

  test('says all of it for another class too', async () => {
    const chosen = page.getByRole('combobox', { name: 'Class explained' });
    await chosen.click();
    await page.getByRole('option', { name: 'Gentoo' }).click();
    await page
      .getByText(/raw score of Gentoo/)
      .first()
      .waitFor();
  });

  test('stands on the page of the run that made the model as well', async () => {
    const { runId } = await workbench.client.models.version({
      params: { model: made.model, version: '1.0.0' },
    });
    const run = await workbench.open(`/runs/${runId}?tab=explanation`);
    await run.getByRole('heading', { name: 'Permutation importance' }).waitFor();
  });

  test.each(['Importance', 'Contributions', 'Effects', 'Single rows'])(
    '%s has no fault that axe finds in either theme',
    async (name) => {
      await part(name).click();
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await settled(page);
        expect(await accessibilityFaults(page, scheme === 'light' ? 'all' : 'colours')).toEqual([]);
      }
    },
  );

  test('raised no error in the pages', () => {
    expect(workbench.faults()).toEqual([]);
  });
});
