import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let folder: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  folder = await mkdtemp(join(tmpdir(), 'assay-jobs-'));
  page = await workbench.open('/jobs');
});
afterAll(async () => {
  await workbench.close();
  await rm(folder, { recursive: true, force: true });
});

const importOf = (dataset: string, path: string) =>
  workbench.client.datasets.import({ body: { dataset, source: { kind: 'path', path } } });

test('a job appears in the open list, ends, and is announced with a way to it', async () => {
  await page.getByText('Nothing has run yet').waitFor();
  await workbench.client.datasets.import({
    body: { dataset: 'penguins', source: { kind: 'sample', name: 'penguins' } },
  });
  const row = page.getByRole('grid', { name: 'Jobs' }).getByRole('row').filter({ hasText: 'penguins' });
  await row.getByText('Succeeded').waitFor();
  const toast = page.getByRole('alert').filter({ hasText: 'penguins' });
  await toast.getByRole('link', { name: 'Open the job' }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: 'penguins' }).waitFor();
});

test('an ended job has facts, a log and a way to what it made', async () => {
  await page.getByRole('region', { name: 'Lines of the log' }).waitFor();
  await page.getByRole('link', { name: 'The dataset penguins' }).click();
  await page.getByRole('heading', { name: 'penguins', level: 1 }).waitFor();
});

test('a job that failed says why and what to do, and can be tried again once that is done', async () => {
  const path = join(folder, 'late.csv');
  await writeFile(path, '');
  const job = await importOf('late', path).then((submitted) => workbench.client.waitForJob(submitted.id));
  expect(['failed', 'dead']).toContain(job.state);
  await page.goto(`${workbench.url}/jobs/${job.id}`);
  const failure = page.getByRole('region', { name: 'Why it failed' });
  await failure.waitFor();
  expect(await failure.textContent()).toContain(job.error?.hint);
  await writeFile(path, 'a,b\n1,2\n3,4\n');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Succeeded').first().waitFor();
  await failure.waitFor({ state: 'detached' });
});

test('tabs and kinds narrow the list, and the address remembers them', async () => {
  await page.goto(`${workbench.url}/jobs?tab=succeeded`);
  await expect.poll(() => page.getByRole('grid', { name: 'Jobs' }).getByRole('row').count()).toBe(3);
  await page.getByRole('tab', { name: 'Dead letters' }).click();
  await page.getByText('No job has given up').waitFor();
  await page.getByRole('tab', { name: 'Dead letters' }).press('ArrowRight');
  await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('cancelled');
});

test('a running job shows its progress in the drawer of every page and can be stopped there', async () => {
  await workbench.client.workspace.quickstart({ body: { rows: 50_000 } });
  await page.goto(`${workbench.url}/models`);
  const indicator = page.getByRole('button', { name: /running or waiting/ });
  await indicator.click();
  const drawer = page.getByRole('dialog', { name: 'Jobs' });
  await drawer.getByRole('progressbar').first().waitFor();
  await drawer.getByRole('button', { name: /^Stop: Sample loop/ }).click();
  await drawer.getByText('Cancelled').first().waitFor();
  await expect
    .poll(
      async () =>
        (await workbench.client.jobs.count({ query: { filter: "state in ('running','queued')" } })).count,
    )
    .toBe(0);
});

test('a setting takes hold at once, shows that it was changed, and goes back to its default', async () => {
  await page.goto(`${workbench.url}/settings`);
  const field = page.getByLabel('Concurrency');
  await field.fill('1');
  await field.press('Enter');
  const back = page.getByRole('button', { name: 'Concurrency: back to the default' });
  await back.waitFor();
  expect((await workbench.client.settings.get()).settings.jobs.concurrency).toBe(1);
  await back.click();
  await back.waitFor({ state: 'detached' });
  await expect.poll(() => field.inputValue()).toBe('2');
});

test('a value that the engine refuses is explained beside its field', async () => {
  const field = page.getByLabel('Concurrency');
  await field.fill('900');
  await field.press('Enter');
  await page.getByText(/64/).first().waitFor();
  expect((await workbench.client.settings.get()).settings.jobs.concurrency).toBe(2);
});

test('the page tells where the token is and never has it', async () => {
  const text = await page.locator('main').textContent();
  expect(text).toContain('token');
  const html = await page.content();
  const { path } = await workbench.client.workspace.info();
  const { readFile } = await import('node:fs/promises');
  const token = (await readFile(join(path, 'token'), 'utf8')).trim();
  expect(html).not.toContain(token);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
