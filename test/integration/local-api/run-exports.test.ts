import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let server: TestApi;
let runId: string;
beforeAll(async () => {
  server = await startTestApi({ startJobs: false });
  runId = (await server.client.runs.create({ body: { name: 'one', params: { depth: '6' } } })).id;
});
afterAll(() => server.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, {
    ...init,
    headers: { authorization: `Bearer ${server.token}`, ...init.headers },
  });
const waiting = async () =>
  (await readdir(join(server.workspace.dir, 'tmp'))).filter((name) => name.startsWith('runs-'));

describe('the file of runs', () => {
  it('comes as an attachment with its length and type, and leaves nothing behind', async () => {
    const response = await get('/api/v1/runs/export?format=csv&fields=name,params.depth');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="runs-\d{4}-\d\d-\d\d\.csv"/,
    );
    const content = await response.text();
    expect(content).toBe(`id,name,params.depth\r\n${runId},one,6\r\n`);
    expect(Number(response.headers.get('content-length'))).toBe(content.length);
    await expect.poll(waiting).toEqual([]);
  });

  it('of no more than a look at its headers leaves nothing behind either', async () => {
    const response = await get('/api/v1/runs/export?format=parquet', { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    await expect.poll(waiting).toEqual([]);
  });

  it('of chosen runs is asked for by their ids', async () => {
    const body = { format: 'csv' as const, fields: 'name', runIds: [runId, 'nobody'] };
    const response = await server.client.runExports.downloadSelected({ body });
    expect(await response.text()).toBe(`id,name\r\n${runId},one\r\n`);
  });

  it('is refused with the place of the fault in the filter', async () => {
    const response = await get(`/api/v1/runs/export?format=csv&filter=${encodeURIComponent('name = and')}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'request/bad-filter', problems: [{ path: '7' }] });
  });
});

describe('groups and marks over the API', () => {
  it('answer what the engine answers', async () => {
    const { client } = server;
    const set = { 'assay.pinned': 'true', 'assay.color': '#ff8800' };
    expect(await client.runTags.change({ body: { runIds: [runId], set } })).toEqual({
      changed: 1,
      problems: [],
    });
    const groups = await client.runGroups.list({ body: { by: ['tags.assay.pinned'], runIds: 1 } });
    expect(groups.items).toMatchObject([
      { values: { 'tags.assay.pinned': 'true' }, count: 1, runIds: [runId] },
    ]);
  });
});

describe('a saved view', () => {
  it('is found by the search with a link that opens it, and is refused when its state is too large', async () => {
    const { client } = server;
    const { id: experimentId } = await client.experiments.create({ body: { name: 'vision' } });
    const view = await client.views.create({
      body: { name: 'Best of vision', page: 'runs', experimentId, state: { sort: '-metrics.auc' } },
    });
    const { items } = await client.workspace.search({ query: { q: 'best of' } });
    expect(items).toMatchObject([
      { type: 'view', id: view.id, link: `/experiments/${experimentId}?view=${view.id}` },
    ]);
    const state = { filter: 'x'.repeat(70_000) };
    await expect(client.views.update({ params: { viewId: view.id }, body: { state } })).rejects.toMatchObject(
      {
        code: 'request/invalid',
      },
    );
  });
});
