import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecipeInput } from '../../local-api/contract/index.ts';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

const assay = fileURLToPath(new URL('../../build/assay.mjs', import.meta.url));

let workbench: Workbench;
let dataset: string;
let trainedId: string;
let dir: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-run-page-'));
  workbench = await startWorkbench();
  const { client } = workbench;
  await client.settings.update({
    body: { 'tracking.systemMetricsSeconds': 1, 'tracking.silentAfterSeconds': 5 },
  });
  dataset = await importPenguins(client);
  trainedId = await trained('birds', 5);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await workbench.close();
  await rm(dir, { recursive: true, force: true });
});

async function trained(name: string, trees: number): Promise<string> {
  const { client } = workbench;
  const trainer = { kind: 'gbdt' as const, trees };
  return String((await ended(client, await training(name, trainer))).runId);
}

function training(name: string, trainer: RecipeInput['trainer']) {
  return workbench.client.training.start({
    body: {
      name,
      recipe: {
        task: 'classification',
        dataset,
        target: { column: 'Species' },
        trainer,
      },
    },
  });
}

/** Starts a command by `assay exec` and gives its run as soon as there is one. */
async function startCommand(name: string, script: string): Promise<{ runId: string; child: ChildProcess }> {
  const file = join(dir, `${name}.mjs`);
  await writeFile(file, script);
  const child = spawn(
    process.execPath,
    [assay, 'exec', '--workspace', workbench.dir, '--name', name, '--', process.execPath, file],
    { cwd: dir, stdio: 'ignore' },
  );
  children.push(child);
  for (;;) {
    const query = { filter: `name = '${name}' and status = 'running'`, fields: 'id' };
    const [row] = (await workbench.client.runs.list({ query })).items;
    if (row !== undefined) return { runId: row.id, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const openRun = (runId: string, tab = ''): Promise<Page> =>
  workbench.open(`/runs/${runId}${tab === '' ? '' : `?tab=${tab}`}`);

describe('reproducing a run', () => {
  test('a training made again is identical, and both runs say so', async () => {
    const page = await openRun(trainedId);
    await page.getByRole('button', { name: 'Reproduce …' }).waitFor();
    await page.locator('body').press('r');
    const dialog = page.getByRole('dialog', { name: 'Reproduce the run' });
    await dialog.getByRole('button', { name: 'Reproduce', exact: true }).click();
    await dialog.getByText('Identical: the same model bytes and the same metrics.').waitFor();
    await dialog.getByRole('link', { name: 'Open the new run' }).click();
    const panel = page.getByRole('region', { name: 'Reproduction' });
    await panel.getByText('Identical', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await panel.getByRole('link', { name: 'the original run' }).click();
    await page.waitForURL(`**/runs/${trainedId}`);
    await page
      .getByRole('region', { name: 'Reproduction' })
      .getByRole('link', { name: 'birds again' })
      .waitFor();
    await page.context().close();
  });

  test('of a script that Assay did not start, the steps are shown', async () => {
    const run = await workbench.client.runs.create({
      body: { source: 'train.py', tags: { 'mlflow.source.git.commit': 'c'.repeat(40) }, status: 'finished' },
    });
    const page = await openRun(run.id);
    await page.getByRole('button', { name: 'Reproduce …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reproduce the run' });
    await dialog.getByText(`git checkout ${'c'.repeat(40)}`).waitFor();
    expect(await dialog.getByRole('button', { name: 'Reproduce', exact: true }).count()).toBe(0);
    await page.context().close();
  });
});

describe('stopping a run', () => {
  /** The state beside the name. */
  const isStopped = (page: Page) => page.getByText('Stopped', { exact: true }).first().waitFor();

  test('a training ends as stopped', async () => {
    const endless = { kind: 'mlp' as const, hidden: [1024, 1024], epochs: 1000, patience: 1000 };
    const job = await training('long', endless);
    const page = await openRun(job.runId ?? '');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await isStopped(page);
    await page.context().close();
  });

  test('a command of "assay exec" is asked, and its page says what came of it', async () => {
    const { runId } = await startCommand('sleeper', "console.log('at work'); setInterval(() => {}, 1000);");
    const page = await openRun(runId);
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await page.locator('body').press('s');
    await page.getByText('Stopped on request.').waitFor();
    await isStopped(page);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('at work').waitFor();
    await page.context().close();
  });

  test('a script that Assay does not control is explained, and can be marked as stopped', async () => {
    const run = await workbench.client.runs.create({ body: { source: 'elsewhere.py' } });
    const page = await openRun(run.id);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Assay does not control this script' });
    await dialog.getByRole('button', { name: 'Mark as stopped' }).click();
    await isStopped(page);
    await page.context().close();
  });

  test('a run whose process died says when and why', async () => {
    const { runId, child } = await startCommand('dies', 'setTimeout(() => {}, 4000);');
    // Heard from once more, whatever the command's own first heartbeat is doing.
    await workbench.client.runControl.heartbeat({ params: { runId } });
    child.kill('SIGKILL');
    const page = await openRun(runId);
    await page.getByText('Its process died.').waitFor({ timeout: 60_000 });
    await page
      .getByRole('status')
      .getByText(/has not been heard from for/)
      .waitFor();
    await page.context().close();
  });
});

describe('the facts of a run', () => {
  test('samples of the system are charts, apart from the curves', async () => {
    const { runId, child } = await startCommand('sampled', 'setTimeout(() => {}, 20_000);');
    const page = await openRun(runId, 'system');
    await page.getByText(/sample.* one every 1/).waitFor();
    await page.getByRole('region', { name: /CPU/ }).or(page.getByText('CPU, %')).first().waitFor();
    await page.getByRole('tab', { name: /^Curves/ }).click();
    await page.getByText('No curves yet').waitFor();
    child.kill('SIGINT');
    await page.context().close();
  });

  test('machine, lineage and model stand on their tabs, which the keyboard reaches', async () => {
    const { client } = workbench;
    await client.models.register({
      params: { model: 'birds' },
      body: { runId: trainedId, aliases: ['champion'] },
    });
    const page = await openRun(trainedId);
    const lineage = page.getByRole('list', { name: 'From data to use' });
    await lineage.getByRole('link', { name: 'penguins version 1' }).waitFor();
    await lineage.getByRole('link', { name: 'birds 1.0.0' }).waitFor();
    await lineage.getByText('birds@champion').waitFor();
    await page.locator('body').press(']');
    await page.waitForURL('**tab=curves');
    await page.locator('body').press('[');
    await page.locator('body').press('[');
    await page.waitForURL('**tab=log');
    await page.getByRole('tab', { name: 'Facts' }).click();
    await page.getByText('Machine and programs').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('runs below a run are listed with the metric that they share', async () => {
    const { client } = workbench;
    const parent = await client.runs.create({ body: { name: 'sweep', status: 'finished' } });
    for (const auc of [0.7, 0.8]) {
      const run = await client.runs.create({
        body: { name: `auc ${auc}`, parentRunId: parent.id, status: 'finished' },
      });
      await client.runs.log({ params: { runId: run.id }, body: { metrics: [{ key: 'auc', value: auc }] } });
    }
    const page = await openRun(parent.id);
    const below = page.getByRole('region', { name: 'Runs below' }).first();
    await below.getByRole('link', { name: 'auc 0.8' }).waitFor();
    await below.getByText('0.7000').waitFor();
    await page.context().close();
  });

  test('nothing failed on any page', () => {
    expect(workbench.faults()).toEqual([]);
  });
});
