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
  page = await workbench.open(`/models/${encodeURIComponent(made.model)}`, { height: 1400 });
  await settled(page);
});
afterAll(() => workbench.close());

const answer = () => page.getByRole('status', { name: 'Prediction' });
const explanation = () => page.getByRole('region', { name: 'What moves this answer' });
const snippet = (label: string) => page.getByRole('region', { name: `This prediction: ${label}` });

describe('the page to try a model', () => {
  test('answers the first example, and says what moves the answer by which method', async () => {
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await answer().getByText('ms in the model').waitFor();
    await explanation()
      .getByText(/Method: exact Shapley values of the trees/)
      .waitFor();
    await explanation().getByRole('figure', { name: 'What moves this answer' }).waitFor();
    expect(await explanation().locator('rect').count()).toBeGreaterThan(3);
  });

  test('answers again by itself when a slider moves', async () => {
    const field = page.getByLabel('Beak Length (mm)', { exact: true });
    const slider = page.getByRole('slider', { name: 'What if: Beak Length (mm)' });
    const shares = new Set<number>();
    for (const end of ['Home', 'End']) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/api/v1/predictions'));
      await slider.press(end);
      const { label, probabilities } = (await (await answered).json()) as {
        label: string[];
        probabilities: number[][];
      };
      // The answer on the page is the one of the row that the slider made.
      const share = Number((100 * Math.max(...(probabilities[0] ?? []))).toFixed(1));
      await answer()
        .getByText(label[0] ?? '', { exact: true })
        .first()
        .waitFor();
      await answer().getByText(`${share} %`, { exact: true }).first().waitFor();
      shares.add(share);
    }
    // The slider goes as far as the training data do, and the length of a beak moves the answer.
    expect(Number(await field.inputValue())).toBeCloseTo(59.6, 5);
    expect(shares.size).toBe(2);
  });

  test('shows the call in every language over every protocol, with the row of the form', async () => {
    for (const [protocol, sign] of [
      ['KServe v2', '/infer'],
      ['MLflow', 'dataframe_split'],
      ['Assay', '/api/v1/predictions'],
    ] as const) {
      await page.getByRole('radiogroup', { name: 'Protocol of the call' }).getByText(protocol).click();
      for (const language of ['Go', 'TypeScript', 'Python', 'curl']) {
        await page.getByRole('radiogroup', { name: 'The same call as code' }).getByText(language).click();
        const code = await snippet(`${language}, ${protocol}`).textContent();
        expect(code).toContain(sign);
        expect(code).toContain(await page.getByLabel('Beak Length (mm)', { exact: true }).inputValue());
      }
    }
  });

  test('what is no number is told at its field, and the last answer stays', async () => {
    const stood = await answer().textContent();
    await page.getByLabel('Beak Length (mm)', { exact: true }).fill('long');
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await page.getByText('a number is expected').waitFor();
    expect(await answer().textContent()).toBe(stood);
  });

  test.each(['light', 'dark'] as const)('has no fault that axe finds in the %s theme', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    expect(await accessibilityFaults(page, scheme === 'light' ? 'all' : 'colours')).toEqual([]);
  });
});
