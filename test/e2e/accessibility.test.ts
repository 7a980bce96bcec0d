import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillWithPenguins, type PenguinWorkspace } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let made: PenguinWorkspace;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  made = await fillWithPenguins(workbench.client);
  page = await workbench.open('/');
});
afterAll(() => workbench.close());

const pages: [name: string, path: (made: PenguinWorkspace) => string][] = [
  ['Home', () => '/'],
  ['Datasets', () => '/datasets'],
  ['Import', () => '/datasets/import'],
  ['Import preview', () => '/datasets/import?sample=penguins'],
  ['Dataset profile', () => '/datasets/penguins'],
  ['Dataset rows', () => '/datasets/penguins?tab=rows'],
  ['Dataset versions', () => '/datasets/penguins?tab=versions'],
  ['Dataset about', () => '/datasets/penguins?tab=about'],
  ['Experiments', () => '/experiments'],
  ['Runs of an experiment', ({ experimentId }) => `/experiments/${experimentId}`],
  ['All runs', () => '/runs'],
  ['Trash of runs', () => '/runs?trash=yes'],
  ['Import of runs', () => '/import-runs'],
  ['Traces', () => '/traces'],
  ['Run', ({ runIds }) => `/runs/${runIds[1]}`],
  ['Compare', ({ runIds }) => `/compare?runs=${runIds.join(',')}`],
  ['New training', ({ versionIds }) => `/training?version=${versionIds[0]}`],
  ['Models', () => '/models'],
  ['Model', ({ model }) => `/models/${encodeURIComponent(model)}`],
  ['Drift', () => '/drift'],
  ['New drift report', ({ versionIds }) => `/drift/new?reference=${versionIds[0]}&current=${versionIds[1]}`],
  ['Drift report', ({ reportId }) => `/drift/${reportId}`],
  ['Jobs', () => '/jobs'],
  ['Job', ({ jobId }) => `/jobs/${jobId}`],
  ['Settings', () => '/settings'],
  ['Not found', () => '/nowhere'],
];

/** In both themes; the second asks only for what can differ there. */
async function faultsInBothThemes(): Promise<string[]> {
  const inLight = await accessibilityFaults(page, 'all');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  const inDark = await accessibilityFaults(page, 'colours');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return [...inLight, ...inDark.map((fault) => `dark: ${fault}`)];
}

test.each(pages)('%s has no fault that axe finds, light or dark', async (_name, path) => {
  await page.goto(`${workbench.url}${path(made)}`);
  await settled(page);
  expect(await faultsInBothThemes()).toEqual([]);
});

test.each([
  ['The palette', 'Control+k'],
  ['The job drawer', 'J'],
  ['The list of shortcuts', '?'],
])('%s has no fault that axe finds, light or dark', async (_name, key) => {
  await page.goto(`${workbench.url}/jobs`);
  await settled(page);
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
  expect(await faultsInBothThemes()).toEqual([]);
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
