import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type RawAnswer, rawRequest } from '../../kit/raw-request.ts';

let api: TestApi;
const script = `console.log(${JSON.stringify('x'.repeat(3000))})`;
const page = '<!doctype html><title>Workbench</title>';

beforeAll(async () => {
  api = await startTestApi({
    async prepare(dir) {
      const assets = join(dir, 'renderer/assets');
      await mkdir(assets, { recursive: true });
      await writeFile(join(dir, 'renderer/index.html'), page);
      await writeFile(join(dir, 'renderer/favicon.svg'), '<svg/>');
      await writeFile(join(assets, 'main-abcdef12.js'), script);
      await writeFile(join(assets, 'main-abcdef12.js.br'), brotliCompressSync(script));
      await writeFile(join(assets, 'main-abcdef12.js.gz'), gzipSync(script));
    },
  });
});
afterAll(() => api.close());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
  rawRequest(api.url, path, { method, headers: { authorization: `Bearer ${api.token}`, ...headers } });

describe('the files of the workbench', () => {
  it.each(['/', '/index.html', '/runs/abc', '/models/late%20flights'])(
    '%s shows the page to a browser, checked again each time',
    async (path) => {
      const answer = await get(path, { accept: 'text/html,*/*' });
      expect([answer.status, answer.body]).toEqual([200, page]);
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
    },
  );

  it('what is no page and not there is a 404, not the page', async () => {
    for (const path of ['/assets/old-12345678.js', '/runs/abc', '/api/v1/nothing']) {
      expect((await get(path, { accept: '*/*' })).status, path).toBe(404);
    }
    expect((await get('/api/v1/nothing', { accept: 'text/html' })).status).toBe(404);
  });

  it('a file whose name tells its content is kept by browsers, others are checked again', async () => {
    const hashed = await get('/assets/main-abcdef12.js');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('are sent compressed as the build left them, for those who take it', async () => {
    const plain = await get('/assets/main-abcdef12.js');
    expect([plain.body, plain.headers['content-encoding']]).toEqual([script, undefined]);
    for (const [accept, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
    ] as const) {
      const response = await fetch(`${api.url}/assets/main-abcdef12.js`, {
        headers: { authorization: `Bearer ${api.token}`, 'accept-encoding': accept },
      });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(Number(response.headers.get('content-length'))).toBeLessThan(200);
      expect(await response.text()).toBe(script);
    }
  });

  it('are not sent again to who has them', async () => {
    const { etag } = (await get('/favicon.svg')).headers;
    const answer = await get('/favicon.svg', { 'if-none-match': String(etag) });
    expect([answer.status, answer.body]).toEqual([304, '']);
  });

  it('answer HEAD without a body', async () => {
    const answer = await get('/favicon.svg', {}, 'HEAD');
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', '6']);
  });

  it('are those of a new build as soon as its page is there', async () => {
    const dir = join(api.workspace.dir, 'renderer');
    await writeFile(join(dir, 'assets/main-99999999.js'), 'new');
    await writeFile(join(dir, 'index.html'), `${page}<p>new`);
    await utimes(join(dir, 'index.html'), new Date(), new Date(Date.now() + 5000));
    expect((await get('/', { accept: 'text/html' })).body).toBe(`${page}<p>new`);
    expect((await get('/assets/main-99999999.js')).body).toBe('new');
  });
});
