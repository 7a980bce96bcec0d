import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { importPenguins } from '../kit/penguins.ts';
import { settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;

beforeAll(async () => {
  workbench = await startWorkbench();
  await importPenguins(workbench.client);
  page = await workbench.open('/');
});
beforeEach(async () => {
  await page.goto(`${workbench.url}/jobs`);
  await settled(page);
});
afterAll(() => workbench.close());

const pathname = () => new URL(page.url()).pathname;

async function openPalette(text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).pressSequentially(text);
}

test('g and a letter go to every place', async () => {
  for (const [key, path] of [
    ['d', '/datasets'],
    ['e', '/experiments'],
    ['t', '/training'],
    ['m', '/models'],
    ['r', '/drift'],
    ['j', '/jobs'],
    ['s', '/settings'],
    ['h', '/'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect.poll(pathname).toBe(path);
    await settled(page);
  }
});

test('keys that are typed into a field are no shortcuts', async () => {
  await page.goto(`${workbench.url}/datasets`);
  await page.getByRole('textbox', { name: 'Filter datasets' }).pressSequentially('gd?J');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(pathname()).toBe('/datasets');
});

test('the palette finds a dataset by name and opens it with Enter', async () => {
  await openPalette('peng');
  await page
    .getByRole('option', { name: /^penguins/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(pathname).toBe('/datasets/penguins');
});

test('the palette knows commands by other words for them', async () => {
  await openPalette('csv upload');
  await page.getByRole('option', { name: 'Import data' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(pathname).toBe('/datasets/import');
});

test('? lists the shortcuts of the page shown, Escape puts them away', async () => {
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await help.getByText('Next row').waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
});

test('the first Tab offers to skip to the content', async () => {
  await page.goto(`${workbench.url}/datasets`);
  await settled(page);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
});

test('after going to another page the focus is at its start', async () => {
  await page.getByRole('link', { name: 'Datasets', exact: true }).click();
  await expect.poll(pathname).toBe('/datasets');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
  expect(await page.title()).toBe('Datasets · Assay');
});

test('the chosen theme holds after a reload, for every page of the workspace', async () => {
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  await expect.poll(scheme).toBe('dark');
  await page.reload();
  await settled(page);
  expect(await scheme()).toBe('dark');
  const other = await workbench.open('/jobs');
  await expect.poll(() => other.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  await workbench.client.settings.update({ body: { 'ui.theme': null } });
  // The change comes to the open page by an event.
  await expect.poll(scheme).toBe('light');
});

test('the navigation shrinks to icons, keeps its names, and stays so', async () => {
  await page.getByRole('button', { name: 'Collapse' }).click();
  await page.reload();
  await settled(page);
  const nav = page.getByRole('navigation', { name: 'Main' });
  expect((await nav.boundingBox())?.width).toBeLessThan(60);
  await nav.getByRole('link', { name: 'Models' }).click();
  await expect.poll(pathname).toBe('/models');
  await page.getByRole('button', { name: 'Show the labels' }).click();
});

test('an address that leads nowhere says so inside the shell', async () => {
  await page.goto(`${workbench.url}/no/such/page`);
  await page.getByText('There is no page at this address').waitFor();
  await page.getByRole('button', { name: 'Go home' }).click();
  await expect.poll(pathname).toBe('/');
});

test('a thing that does not exist shows the cause, the hint and the request id', async () => {
  await page.goto(`${workbench.url}/datasets/nothing`);
  const alert = page.getByRole('alert');
  await alert.getByText('There is no such dataset').waitFor();
  expect(await alert.textContent()).toMatch(/datasets\/not-found · request req_/);
});

test.each([390, 768, 1100])('nothing is cut off sideways at %d pixels', async (width) => {
  const narrow = await workbench.open('/', { width, height: 800 });
  for (const path of [
    '/',
    '/datasets',
    '/datasets/penguins',
    '/datasets/import',
    '/jobs',
    '/drift/new',
    '/runs',
    '/runs?trash=yes',
    '/import-runs',
    '/traces',
    '/settings',
  ]) {
    await narrow.goto(`${workbench.url}${path}`);
    await settled(narrow);
    const overflow = await narrow.evaluate(() => {
      const main = document.querySelector('main');
      return Math.max(
        document.documentElement.scrollWidth - window.innerWidth,
        (main?.scrollWidth ?? 0) - (main?.clientWidth ?? 0),
      );
    });
    expect({ path, overflow }).toEqual({ path, overflow: 0 });
  }
  await narrow.context().close();
});

test('says that the engine is gone, and stops saying so when it is back', async () => {
  const alone = await workbench.open('/jobs');
  await alone.context().route('**/api/v1/events', (route) => route.abort());
  await alone.reload();
  const note = alone.getByText('The engine does not answer');
  await note.waitFor();
  await alone.context().unroute('**/api/v1/events');
  await note.waitFor({ state: 'detached' });
  await alone.context().close();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
