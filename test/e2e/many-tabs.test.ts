import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
const pages: Page[] = [];
/** Tabs that have a connection for events open. */
const connected = new Set<Page>();

async function openTab(): Promise<void> {
  const page = pages.length === 0 ? await workbench.open('/') : await pages[0]?.context().newPage();
  if (page === undefined) throw new Error('no tab');
  const isEvents = (url: string) => new URL(url).pathname === '/api/v1/events';
  page.on('request', (request) => {
    if (isEvents(request.url())) connected.add(page);
  });
  pages.push(page);
  await page.goto(`${workbench.url}/experiments`);
  await settled(page);
}

async function newExperiment(name: string): Promise<void> {
  await workbench.client.experiments.create({ body: { name } });
}

beforeAll(async () => {
  workbench = await startWorkbench();
});
afterAll(() => workbench.close());

test('eight tabs of a browser share one connection, and all of them are live', async () => {
  for (let i = 0; i < 8; i += 1) await openTab();
  expect(connected.size).toBe(1);
  await newExperiment('seen in every tab');
  for (const page of pages) await page.getByText('seen in every tab').waitFor();
});

test('when the tab with the connection closes, another takes it over and nothing is missed', async () => {
  const [holder] = connected;
  connected.clear();
  await holder?.close();
  await newExperiment('made after that');
  const others = pages.filter((page) => page !== holder);
  for (const page of others) await page.getByText('made after that').waitFor();
  expect(connected.size).toBe(1);
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
