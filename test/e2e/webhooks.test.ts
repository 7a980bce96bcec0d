import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let server: Server;
const signatures: unknown[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    signatures.push(request.headers['x-mlflow-signature']);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  workbench = await startWorkbench();
});
afterAll(async () => {
  await workbench.close();
  server.close();
});

test('an address that is not on the internet is refused until the setting allows it', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  page = await workbench.open('/settings');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a webhook' });
  await dialog.getByLabel('Name').fill('ci');
  await dialog.getByLabel('Address').fill(url);
  await dialog.getByLabel('Secret').fill('top-secret');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').getByText('https://').first().waitFor();
  await workbench.client.settings.update({ body: { 'webhooks.allowLocal': true } });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'ci' }).getByText('Signed').waitFor();
});

test('a test is sent, signed, and what came of it is listed; the secret is not in the page', async () => {
  const webhook = page.getByRole('article', { name: 'ci' });
  await webhook.getByRole('button', { name: 'Send a test' }).click();
  await webhook.getByRole('list', { name: 'Last deliveries of ci' }).getByText('answered 200').waitFor();
  expect(signatures).toEqual([expect.stringMatching(/^v1,/)]);
  expect(await page.content()).not.toContain('top-secret');
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('it is deleted only after asking', async () => {
  await page.getByRole('article', { name: 'ci' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No webhooks.').waitFor();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
