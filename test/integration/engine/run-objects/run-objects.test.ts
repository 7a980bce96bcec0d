import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../../kit/api.ts';

let api: TestApi;
let runId: string;
beforeAll(async () => {
  api = await startTestApi();
  runId = (await api.client.runs.create({ body: {} })).id;
});
afterAll(() => api.close());

const put = (path: string, content: string | Uint8Array<ArrayBuffer>) =>
  api.client.runs.putArtifact({ params: { runId, path }, body: new Blob([content]) });
const table = (path: string, query: Record<string, unknown> = {}) =>
  api.client.runObjects.table({ params: { runId }, query: { path, ...query } });
const text = async (path: string) => (await api.client.runs.getArtifact({ params: { runId, path } })).text();

describe('logging objects', () => {
  it('writes many in one call, each as a file that can be listed and read', async () => {
    const { items } = await api.client.runObjects.log({
      params: { runId },
      body: {
        objects: [
          ...[0, 1, 2].map((step) => ({
            kind: 'histogram' as const,
            key: 'layer/weights',
            step,
            content: { edges: [0, 1, 2], counts: [step, 3] },
          })),
          { kind: 'text', key: 'sample', step: 5, content: 'hello', caption: 'said at step 5' },
          { kind: 'image', key: 'dot', content: { format: 'png', base64: 'iVBORw0KGgo=' } },
        ],
      },
    });
    expect(items.map(({ path }) => path)).toEqual([
      'objects/histogram/layer~weights/0.json',
      'objects/histogram/layer~weights/1.json',
      'objects/histogram/layer~weights/2.json',
      'objects/text/sample/5.txt',
      'objects/image/dot/0.png',
    ]);
    expect(JSON.parse(await text('objects/histogram/layer~weights/2.json'))).toEqual({
      edges: [0, 1, 2],
      counts: [2, 3],
    });
    const { items: groups } = await api.client.runObjects.list({ params: { runId } });
    expect(groups.map(({ kind, key, count }) => `${kind} ${key} ${count}`)).toEqual([
      'histogram layer/weights 3',
      'image dot 1',
      'text sample 1',
    ]);
    const { items: steps } = await api.client.runObjects.steps({
      params: { runId },
      query: { kind: 'text', key: 'sample' },
    });
    expect(await text(steps[0]?.captionPath ?? '')).toBe('said at step 5');
  });

  it('refers to a file that is there without storing it again', async () => {
    await put('plots/epoch.png', 'the same bytes');
    const { items } = await api.client.runObjects.log({
      params: { runId },
      body: { objects: [{ kind: 'image', key: 'plot', step: 3, artifactPath: 'plots/epoch.png' }] },
    });
    const [listed] = (await api.client.runs.artifacts({ params: { runId }, query: { path: 'plots' } })).items;
    expect(items[0]).toMatchObject({ path: 'objects/image/plot/3.png', digest: listed?.digest });
  });

  it('tells every fault of a call and then writes nothing of it', async () => {
    const failed = api.client.runObjects.log({
      params: { runId },
      body: {
        objects: [
          { kind: 'text', key: 'kept out', content: 'fine' },
          { kind: 'histogram', key: 'h', content: { edges: [0, 1], counts: [1, 2] } },
          { kind: 'curve', key: 'c', content: { type: 'roc', x: [0, 1], y: [0] } },
          { kind: 'image', key: 'nothing' },
        ],
      },
    });
    await expect(failed).rejects.toMatchObject({ code: 'request/invalid' });
    const problems = await failed.catch((error: { problems: { path: string }[] }) => error.problems);
    expect(Array.isArray(problems) && problems.map(({ path }) => path)).toEqual([
      '/objects/1/content/edges',
      '/objects/2/content/y',
      '/objects/3',
    ]);
    const { items } = await api.client.runObjects.list({ params: { runId } });
    expect(items.some(({ key }) => key === 'kept out')).toBe(false);
  });
});

describe('files as tables', () => {
  it('gives pages of a CSV file with types, sorted and searched by the server', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => `${i},name ${i},${(i * 7) % 2500}`);
    await put('data.csv', `id,name,rank\n${rows.join('\n')}\n`);
    const page = await table('data.csv', { offset: 1000, limit: 2 });
    expect(page.columns).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'name', type: 'string' },
      { name: 'rank', type: 'integer' },
    ]);
    expect(page).toMatchObject({
      total: 2500,
      offset: 1000,
      rows: [
        [1000, 'name 1000', 2000],
        [1001, 'name 1001', 2007],
      ],
    });
    expect((await table('data.csv', { sort: '-rank', limit: 1 })).rows[0]?.[2]).toBe(2499);
    const found = await table('data.csv', { contains: 'NAME 249' });
    expect(found.total).toBe(11);
    await expect(table('data.csv', { sort: 'nothing' })).rejects.toMatchObject({ code: 'request/invalid' });
  });

  it("reads what MLflow's log_table writes, numbers as numbers", async () => {
    await put('answers.json', '{"columns":["q","score","q"],"data":[["a, \\"b\\"",0.5,1],[null,10,2]]}');
    const page = await table('answers.json', { sort: '-score' });
    expect(page.columns).toEqual([
      { name: 'q', type: 'string' },
      { name: 'score', type: 'float' },
      { name: 'q_2', type: 'float' },
    ]);
    expect(page.rows).toEqual([
      [null, 10, 2],
      ['a, "b"', 0.5, 1],
    ]);
  });

  it('reads lists of objects, lines of JSON, and tabs', async () => {
    await put('list.json', '[{"a":1,"b":"x"},{"a":2,"b":"y"}]');
    await put('lines.jsonl', '{"a":1}\n{"a":2}\n');
    await put('t.tsv', 'a\tb\n1\tx, y\n');
    expect((await table('list.json')).rows).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect((await table('lines.jsonl')).total).toBe(2);
    expect((await table('t.tsv')).rows).toEqual([[1, 'x, y']]);
  });

  it('says so when a file is no table', async () => {
    await put('broken.parquet', 'not parquet');
    await put('notes.txt', 'hello');
    await expect(table('broken.parquet')).rejects.toMatchObject({ code: 'artifacts/not-a-table' });
    await expect(table('notes.txt')).rejects.toMatchObject({ code: 'artifacts/not-a-table' });
    await expect(table('gone.csv')).rejects.toMatchObject({ code: 'artifacts/not-found' });
  });

  it('cannot be made to read another file of the machine by a name', async () => {
    await put("x' UNION SELECT * FROM read_text('/etc/hostname') --.csv", 'a\n1\n');
    const page = await table("x' UNION SELECT * FROM read_text('/etc/hostname') --.csv", {
      contains: "' OR 1=1 --",
    });
    expect(page).toMatchObject({ total: 0, columns: [{ name: 'a', type: 'integer' }] });
  });
});

describe('a folder as a ZIP file', () => {
  it('holds every file, and says its length beforehand', async () => {
    await put('folder/a.txt', 'first');
    await put('folder/deep/ü.txt', 'second');
    await put('folder/empty', '');
    const response = await api.client.runObjects.zip({ params: { runId }, query: { path: 'folder' } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    expect(response.headers.get('content-disposition')).toContain('folder.zip');
    const dir = mkdtempSync(join(tmpdir(), 'assay-zip-'));
    try {
      writeFileSync(join(dir, 'a.zip'), bytes);
      const script = `import zipfile,sys;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;z.extractall(sys.argv[2])`;
      const { status, error } = spawnSync('python3', ['-c', script, join(dir, 'a.zip'), dir]);
      if (error) return console.info('not unpacked: there is no Python here');
      expect(status).toBe(0);
      expect(readFileSync(join(dir, 'folder/a.txt'), 'utf8')).toBe('first');
      expect(readFileSync(join(dir, 'folder/deep/ü.txt'), 'utf8')).toBe('second');
      expect(readFileSync(join(dir, 'folder/empty'), 'utf8')).toBe('');
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('is refused for a folder that is not there', async () => {
    const missing = api.client.runObjects.zip({ params: { runId }, query: { path: 'nowhere' } });
    await expect(missing).rejects.toMatchObject({ code: 'artifacts/not-found' });
  });
});
