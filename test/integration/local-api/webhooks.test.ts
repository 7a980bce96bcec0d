import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseTools, openWorkspace } from '../../../engine/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

let api: TestApi;
let server: Server;
let url: string;
let status = 200;
let signatures: (string | undefined)[] = [];

beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  await api.client.settings.update({ body: { 'webhooks.allowLocal': true } });
  server = createServer((request, response) => {
    signatures.push(request.headers['x-mlflow-signature'] as string | undefined);
    response.statusCode = status;
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await api.close();
  server.close();
});

const anything = ['model_version.created' as const];

describe('webhooks over our own API', () => {
  it('say whether they are signed and never with what', async () => {
    const made = await api.client.webhooks.create({
      body: { name: 'ci', url, events: anything, secret: 'top-secret' },
    });
    expect(made).toMatchObject({ signed: true, status: 'active' });
    const { items } = await api.client.webhooks.list({});
    expect(JSON.stringify(items)).not.toContain('top-secret');
    const params = { webhookId: made.id };
    expect(await api.client.webhooks.update({ params, body: { secret: null } })).toMatchObject({
      signed: false,
    });
    await api.client.webhooks.delete({ params });
    expect(await api.workspace.secrets.names('webhooks/')).toEqual([]);
  });

  it('remember what came of each delivery, the newest first', async () => {
    const { id: webhookId } = await api.client.webhooks.create({
      body: { name: 'seen', url, events: anything, secret: 's' },
    });
    const params = { webhookId };
    signatures = [];
    status = 200;
    expect(await api.client.webhooks.test({ params })).toMatchObject({ status: 200, failure: null });
    expect(signatures).toEqual([expect.stringMatching(/^v1,/)]);
    status = 404;
    await api.client.webhooks.test({ params });
    const { items } = await api.client.webhooks.deliveries({ params });
    expect(items.map((each) => each.status)).toEqual([404, 200]);
    await api.client.webhooks.update({ params, body: { url: 'http://127.0.0.1:9/' } });
    expect(await api.client.webhooks.test({ params })).toMatchObject({
      status: null,
      failure: expect.stringContaining('ECONNREFUSED'),
    });
    await api.client.webhooks.delete({ params });
  });

  it('are refused with all that is wrong with them', async () => {
    await expect(
      api.client.webhooks.create({ body: { name: '-bad', url, events: [] } }),
    ).rejects.toMatchObject({ code: 'request/invalid', problems: { length: 2 } });
  });
});

describe('a workspace of a version that kept secrets as they are', () => {
  it('seals them when it is opened, and they are in no file any more', async () => {
    const dir = tempFolder();
    const open = () => openWorkspace({ dir, logger: silentLogger, startJobs: false });
    const before = await open();
    const { id } = await before.webhooks.create({
      name: 'old',
      description: '',
      url: 'https://example.com/',
      events: anything,
      status: 'active',
      secret: null,
    });
    await before.store.db.updateTable('webhooks').set({ secret: 'plain-old-secret' }).execute();
    await before.close();
    expect((await readFile(join(dir, 'assay.db'))).includes('plain-old-secret')).toBe(true);
    const after = await open();
    expect(await after.webhooks.get(id)).toMatchObject({ signed: true });
    expect(await after.secrets.get(`webhooks/${id}`)).toBe('plain-old-secret');
    await after.close();
    expect((await readFile(join(dir, 'assay.db'))).includes('plain-old-secret')).toBe(false);
  });
});

describe('a change of the key', () => {
  it('is done on a workspace that no engine holds, and secrets stay readable', async () => {
    const dir = tempFolder();
    const open = () => openWorkspace({ dir, logger: silentLogger, startJobs: false });
    const before = await open();
    await before.secrets.set('targets/a', 'of a');
    await expect(databaseTools(dir).rotateKey()).rejects.toMatchObject({ code: 'workspace/locked' });
    await before.close();
    const key = await readFile(join(dir, 'secrets.key'), 'utf8');
    expect(await databaseTools(dir).rotateKey()).toBe(1);
    expect(await readFile(join(dir, 'secrets.key'), 'utf8')).not.toBe(key);
    const after = await open();
    expect(await after.secrets.get('targets/a')).toBe('of a');
    await after.close();
  });
});
