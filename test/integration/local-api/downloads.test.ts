import { createHash, randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { urlOf } from '../../../local-api/client/index.ts';
import { api as contract } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let api: TestApi;
let runId: string;
/** Incompressible and more than one chunk of a stream. */
const bytes = randomBytes(1_000_003);
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

beforeAll(async () => {
  api = await startTestApi();
  runId = (await api.client.runs.create({ body: {} })).id;
  await put('data/noise.bin', bytes);
});
afterAll(() => api.close());

function put(path: string, body: Uint8Array<ArrayBuffer>) {
  return api.client.runs.putArtifact({ params: { runId, path }, body });
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(urlOf(contract.runs.getArtifact, { params: { runId, path } }, api.url), {
    method,
    headers: { authorization: `Bearer ${api.token}`, ...headers },
  });
}

const bodyOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('a download', () => {
  it('has length, digest, type and name, and the bytes that were sent', async () => {
    const response = await get('data/noise.bin');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': String(bytes.length),
      etag: `"${digest}"`,
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="noise.bin"; filename*=UTF-8''noise.bin`,
      'accept-ranges': 'bytes',
    });
    expect((await bodyOf(response)).equals(bytes)).toBe(true);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=65530-65549', 65_530, 65_550],
    ['bytes=1000000-', 1_000_000, 1_000_003],
    ['bytes=-5', 999_998, 1_000_003],
    ['bytes=999999-9999999', 999_999, 1_000_003],
  ])('gives the range %s', async (range, start, end) => {
    const response = await get('data/noise.bin', { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${bytes.length}`);
    expect((await bodyOf(response)).equals(bytes.subarray(start, end))).toBe(true);
  });

  it.each(['bytes=2000000-', 'bytes=-0'])('refuses the range %s with 416 and the length', async (range) => {
    const response = await get('data/noise.bin', { range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`);
    expect(await response.json()).toMatchObject({ code: 'request/range-not-satisfiable' });
  });

  it.each(['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6'])(
    'gives the whole file for %s',
    async (range) => {
      const response = await get('data/noise.bin', { range });
      expect([response.status, (await bodyOf(response)).length]).toEqual([200, bytes.length]);
    },
  );

  it('goes on only with the bytes that it began with', async () => {
    const same = await get('data/noise.bin', { range: 'bytes=10-19', 'if-range': `"${digest}"` });
    expect(same.status).toBe(206);
    await same.body?.cancel();
    const other = await get('data/noise.bin', { range: 'bytes=10-19', 'if-range': '"sha256:other"' });
    expect(other.status).toBe(200);
    await other.body?.cancel();
  });

  it('is not sent again to who has it', async () => {
    const response = await get('data/noise.bin', { 'if-none-match': `"x", W/"${digest}"` });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  it('answers HEAD with its length alone', async () => {
    const response = await get('data/noise.bin', {}, 'HEAD');
    expect([response.headers.get('content-length'), await response.text()]).toEqual([
      String(bytes.length),
      '',
    ]);
  });

  it('of an empty file is empty', async () => {
    await put('empty.txt', new Uint8Array(0));
    const response = await get('empty.txt');
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '0',
      '',
    ]);
  });

  it('never runs what was stored, whatever it is called', async () => {
    await put('report.html', Buffer.from('<script>alert(1)</script>'));
    const { headers, ...response } = await get('report.html');
    void response;
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('keeps names beyond ASCII readable and safe', async () => {
    await put('Größe "1".txt', Buffer.from('x'));
    const disposition = (await get('Größe "1".txt')).headers.get('content-disposition');
    expect(disposition).toBe(
      `attachment; filename="Gr__e _1_.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt`,
    );
  });

  it('of damaged bytes does not end well', async () => {
    const noise = randomBytes(300_000);
    const { digest: stored } = await put('damaged.bin', noise);
    const hex = String(stored).slice('sha256:'.length);
    const objects = join(api.workspace.dir, 'artifacts');
    const name = (await readdir(objects, { recursive: true })).find(
      (entry) => entry.replaceAll(/[/\\]/g, '').endsWith(hex) || entry.includes(hex.slice(2)),
    );
    if (name === undefined) throw new Error('The stored file was not found.');
    const path = join(objects, name);
    const content = await readFile(path);
    content[content.length - 10] = (content[content.length - 10] ?? 0) ^ 0xff;
    await chmod(path, 0o600);
    await writeFile(path, content);
    const outcome = await get('damaged.bin')
      .then(async (response) => (response.ok ? (await bodyOf(response)).length : response.status))
      .catch(() => 'cut');
    expect(['cut', 500]).toContain(outcome);
    expect(api.logged().join('\n')).toContain('artifacts/corrupt');
  });
});

describe('an upload', () => {
  it('of an unknown run is refused without reading it', async () => {
    const failure = await api.client.runs
      .putArtifact({ params: { runId: 'f'.repeat(32), path: 'a.bin' }, body: new Uint8Array(5_000_000) })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 404, code: 'runs/not-found' });
  });

  it('streams, and gives id, size and digest', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    const upload = await api.client.uploads.create({ query: { name: 'noise.bin' }, body: stream });
    expect(upload).toMatchObject({ name: 'noise.bin', sizeBytes: bytes.length, digest });
  });

  it('that breaks off leaves nothing behind', async () => {
    const stop = new AbortController();
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(100_000));
        setTimeout(() => stop.abort(), 100);
        return new Promise((resolve) => setTimeout(resolve, 20));
      },
    });
    const sending = api.client.runs.putArtifact({
      params: { runId, path: 'broken.bin' },
      body: stream,
      signal: stop.signal,
    });
    await expect(sending).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { items } = await api.client.runs.artifacts({ params: { runId } });
    expect(items.map(({ path }) => path)).not.toContain('broken.bin');
  });
});
