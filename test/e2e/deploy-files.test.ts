import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

const model = 'penguins';
let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const dataset = await importPenguins(client);
  const job = await client.training.start({
    body: {
      experimentId: '0',
      recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer: { kind: 'prior' } },
    },
  });
  const { runId } = await ended(client, job);
  await client.models.register({ params: { model }, body: { runId: String(runId) } });
});
afterAll(() => workbench.close());

test('files to deploy are shown as they are chosen, faults are told beside them, and what was shown is written', async () => {
  const page = await workbench.open(`/models/${model}`);
  await settled(page);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'As files to deploy …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /deployment-penguins\.yaml$/ }).click();
  const shown = dialog.getByRole('region', { name: /deployment-penguins\.yaml$/ });
  await shown.getByText('model-penguins:1.0.0').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await dialog.getByLabel('Image').fill('registry.example.com/models/penguins');
  await shown.getByText('registry.example.com/models/penguins:1.0.0').waitFor();
  await dialog.getByLabel('Host', { exact: true }).fill('not a host');
  await dialog.getByText('The deployment document is not valid').waitFor();
  expect(await dialog.getByRole('button', { name: 'Write the files' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Host', { exact: true }).fill('penguins.example.com');
  await dialog.getByRole('button', { name: /ingress-penguins\.yaml$/ }).waitFor();

  await dialog.getByText('Helm', { exact: true }).click();
  await dialog.getByRole('button', { name: 'values.yaml', exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Write the files' }).click();
  await dialog.getByText('written to').waitFor();
  const values = await readFile(join(workbench.dir, `exports/${model}-1.0.0-helm/values.yaml`), 'utf8');
  expect(values).toContain('host: penguins.example.com');
});

test('the dialog can be read in the dark, and takes a whole document with environments', async () => {
  const page = await workbench.open(`/models/${model}`, { scheme: 'dark' });
  await settled(page);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'As files to deploy …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Kustomize', { exact: true }).click();
  await dialog.getByLabel('The document').fill('{"environments": {"staging": {"replicas": 1}}}');
  await dialog.getByRole('button', { name: 'overlays/staging/kustomization.yaml' }).click();
  await dialog.getByText('path: /spec/replicas').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});
