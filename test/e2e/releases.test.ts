import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

const model = 'penguin species';
const address = '/models/penguin%20species?tab=releases';
let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const dataset = await importPenguins(client);
  for (const kind of ['gbdt', 'prior'] as const) {
    const job = await client.training.start({
      body: {
        experimentId: '0',
        name: kind,
        recipe: {
          task: 'classification',
          dataset,
          target: { column: 'Species' },
          trainer: kind === 'gbdt' ? { kind, trees: 10 } : { kind },
        },
      },
    });
    const { runId } = await ended(client, job);
    await client.models.register({ params: { model }, body: { runId: String(runId) } });
  }
});
afterAll(() => workbench.close());

describe('releasing a model', () => {
  test('an environment gets gates, a version passes them and is promoted', async () => {
    const page = await workbench.open(address);
    await settled(page);
    await page.getByRole('button', { name: 'More for production' }).click();
    await page.getByRole('menuitem', { name: 'Gates …' }).click();
    const dialog = page.getByRole('dialog');
    const gates = dialog.getByLabel('Gates', { exact: true });
    await gates.fill('[{ "kind": "metric", "metric": "accuracy" }]');
    await dialog.getByText('Gate 1: give min, max or both').waitFor();
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await gates.fill(
      '[{ "kind": "metric", "metric": "accuracy", "min": 0.8 }, { "kind": "size", "maxBytes": 5000000 }]',
    );
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('2 gates').waitFor();

    await page.getByRole('button', { name: 'Promote to production …' }).click();
    await dialog.getByRole('combobox', { name: 'Version' }).click();
    await page.getByRole('option', { name: '1.0.0' }).click();
    await dialog.getByRole('button', { name: 'Check the gates' }).click();
    await dialog.getByText('passed', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'production' }).getByText('1.0.0').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('a version that fails is refused by name of the gate, overridden with a reason, and rolled back', async () => {
    const page = await workbench.open(address);
    await settled(page);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Promote to production …' }).click();
    await dialog.getByRole('button', { name: 'Promote', exact: true }).click();
    await dialog.getByRole('alert').getByText('Gates of the environment have failed').waitFor();
    await dialog
      .getByText(/Metric accuracy: accuracy is 0\.\d+/)
      .first()
      .waitFor();
    await dialog.getByRole('switch', { name: 'Promote although gates fail' }).click();
    await dialog.getByLabel('Why the gates do not count this time').fill('to show a rollback');
    await dialog.getByRole('button', { name: 'Promote all the same' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Gates were overridden: to show a rollback').waitFor();

    await page.getByRole('button', { name: 'Roll production back to 1.0.0 …' }).click();
    await dialog.getByLabel('Reason').fill('it knows nothing');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('it knows nothing').waitFor();

    await page.getByRole('tab', { name: 'History' }).click();
    const table = page.getByRole('grid', { name: 'History of releases' });
    await table.getByText('rolled back').waitFor();
    await table.getByText('gates overridden: to show a rollback').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(workbench.faults()).toEqual([]);
  });

  test('a promotion pushes the version to the target that the policy names', async () => {
    const path = await mkdtemp(join(tmpdir(), 'assay-share-'));
    try {
      await workbench.client.targets.create({ body: { name: 'share', kind: 'folder', config: { path } } });
      const page = await workbench.open(address);
      await settled(page);
      await page.getByRole('button', { name: 'More for dev' }).click();
      await page.getByRole('menuitem', { name: 'Gates …' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('combobox', { name: 'A promotion pushes to' }).click();
      await page.getByRole('option', { name: 'share' }).click();
      await dialog.getByLabel('Gates', { exact: true }).click();
      await page.getByRole('option', { name: 'share' }).waitFor({ state: 'hidden' });
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('no gates, pushes to share').waitFor();
      await workbench.client.releases.promote({
        params: { model },
        body: { version: '1.0.0', environment: 'dev' },
      });
      const dev = page.getByRole('region', { name: 'dev' });
      await dev.getByText('share: pushed', { exact: true }).waitFor({ timeout: 60_000 });
      expect(await accessibilityFaults(page)).toEqual([]);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  });

  test('the board reads well in the dark', async () => {
    const page = await workbench.open(address, { scheme: 'dark' });
    await settled(page);
    await page.getByText('it knows nothing').waitFor();
    expect(await accessibilityFaults(page, 'colours')).toEqual([]);
  });
});
