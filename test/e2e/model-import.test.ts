import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignCase } from '../kit/models/foreign-models.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
beforeAll(async () => {
  workbench = await startWorkbench();
});
afterAll(async () => {
  await workbench?.close();
});

test('a model that is dropped on the page is read, corrected, registered, and answers', async () => {
  const { file, features, rows, label = [] } = await foreignCase('sklearn_logistic');
  const page = await workbench.open('/models');
  await page.getByRole('button', { name: 'Import a model' }).waitFor();
  const transfer = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], 'iris.onnx'));
      return data;
    },
    [...file],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  const dialog = page.getByRole('dialog', { name: 'Import a model' });
  await dialog.getByText('4 columns in, one of 3 classes out (setosa, versicolor, virginica).').waitFor();
  expect(await dialog.getByLabel('Name of the model').inputValue()).toBe('iris');

  await dialog.getByLabel('Columns').fill('a, a');
  await dialog.getByRole('button', { name: 'Read it so' }).click();
  await dialog.getByText('2 names for 4 columns; expected: 4 names').waitFor();
  expect(await dialog.getByRole('button', { name: 'Register the model' }).isEnabled()).toBe(false);
  expect(await accessibilityFaults(page)).toEqual([]);

  await dialog.getByLabel('Columns').fill(features.join('\n'));
  await dialog.getByRole('button', { name: 'Register the model' }).click();
  await dialog.getByRole('link', { name: 'Open the model' }).press('Enter');
  await page.getByRole('heading', { name: 'iris', exact: true }).waitFor();
  const answer = await workbench.client.predictions.predict({ body: { model: 'iris', rows } });
  expect(answer.label).toEqual(label);
  expect(workbench.faults()).toEqual([]);
});
