import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

const model = 'penguins';
let workbench: Workbench;
let share: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  share = join(workbench.dir, 'share');
  await mkdir(share);
  const dataset = await importPenguins(client);
  const job = await client.training.start({
    body: {
      experimentId: '0',
      recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer: { kind: 'prior' } },
    },
  });
  const { runId } = await ended(client, job);
  await client.models.register({
    params: { model },
    body: { runId: String(runId), aliases: ['champion'] },
  });
});
afterAll(() => workbench.close());

describe('targets', () => {
  test('a target is set up by the form of its kind, which says where the way ends', async () => {
    const page = await workbench.open('/targets');
    await settled(page);
    await page.getByText('No targets yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'New target' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'MLflow server' }).click();
    await dialog.getByLabel('Name').fill('team');
    await dialog.getByLabel('Address').fill('http://127.0.0.1:9');
    await dialog.getByLabel('Token').fill('very-secret-token');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save and check' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Fails', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await dialog.getByText('nothing listens there').waitFor();
    expect(await page.content()).not.toContain('very-secret-token');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No targets yet').waitFor();
  });

  test('a version is pushed from its page: plan, progress, receipt, and what is there now', async () => {
    await workbench.client.targets.create({
      body: { name: 'share', kind: 'folder', config: { path: share } },
    });
    const page = await workbench.open(`/models/${model}`);
    await settled(page);
    await page.getByRole('button', { name: 'Push …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('would be sent to').waitFor();
    await dialog.getByRole('cell', { name: 'model.onnx' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Push', exact: true }).click();
    await dialog.getByText('It answers as here').waitFor();
    await dialog.getByText('In sync').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.getByRole('button', { name: 'Push …' }).click();
    await dialog.getByText('nothing would be sent').waitFor();
    await page.keyboard.press('Escape');

    const dark = await workbench.open('/targets', { scheme: 'dark' });
    await settled(dark);
    await dark.getByRole('link', { name: `${model} 1.0.0` }).waitFor();
    await dark.getByText('In sync').waitFor();
    expect(await accessibilityFaults(dark, 'colours')).toEqual([]);
    await dark.getByRole('button', { name: 'Show' }).click();
    await dark.getByRole('dialog').getByText('Every file came back as it was sent').waitFor();
    expect(workbench.faults()).toEqual([]);
  });
});
