import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { rawBytes, rawRequest } from '../../kit/raw-request.ts';

let api: TestApi;
let host: string;

beforeAll(async () => {
  api = await startTestApi({
    async prepare(dir) {
      await mkdir(join(dir, 'renderer/assets'), { recursive: true });
      await writeFile(join(dir, 'renderer/index.html'), '<!doctype html><title>Workbench</title>');
      await writeFile(join(dir, 'renderer/assets/main-abcdef12.js'), 'console.log(1)');
      await writeFile(join(dir, 'secret.txt'), 'not for the web');
    },
  });
  host = new URL(api.url).host;
});
afterAll(() => api.close());

const codeOf = (body: string): string => String((JSON.parse(body) as { code: string }).code);
const bearer = () => ({ authorization: `Bearer ${api.token}` });

async function sessionCookie(): Promise<string> {
  const answer = await rawRequest(api.url, `/?token=${api.token}`);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

describe('without the token', () => {
  it.each([
    '/api/v1/runs',
    '/metrics',
    '/openapi.json',
    '/docs',
    '/api/v1/events',
    '/assets/main-abcdef12.js',
  ])('%s answers 401', async (path) => {
    const answer = await rawRequest(api.url, path);
    expect(answer.status).toBe(401);
    expect(codeOf(answer.body)).toBe('access/token-required');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it.each(['Bearer wrong', 'Bearer ', 'Basic abc', 'bearer'])('"%s" answers 401', async (authorization) => {
    const answer = await rawRequest(api.url, '/api/v1/runs', { headers: { authorization } });
    expect(answer.status).toBe(401);
  });

  it('a write is refused before its body is read', async () => {
    const body = 'x'.repeat(100_000);
    const answer = await rawRequest(api.url, '/api/v1/uploads?name=a.csv', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
    });
    expect(answer.status).toBe(401);
  });

  it('a browser gets a page that says what to do, and no page of the workbench', async () => {
    const answer = await rawRequest(api.url, '/runs', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('Open the address that was printed');
    expect(answer.body).not.toContain('Workbench');
  });

  it('only /health is open', async () => {
    const answer = await rawRequest(api.url, '/health');
    expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}']);
  });
});

describe('signing in a browser', () => {
  it('sets an HttpOnly, SameSite=Strict cookie that is not the token, and leaves the token behind', async () => {
    const answer = await rawRequest(api.url, `/?token=${api.token}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^assay_session_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(api.token);
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(JSON.stringify(answer.headers)).not.toContain(api.token);
  });

  it('keeps page and query of the address', async () => {
    const answer = await rawRequest(api.url, `/runs/abc?tab=curves&token=${api.token}`);
    expect(answer.headers.location).toBe('/runs/abc?tab=curves');
  });

  it.each(['//evil.example/', '/\\evil.example/', '///evil.example'])(
    'never sends on to another site: %s',
    async (path) => {
      const answer = await rawRequest(api.url, `${path}?token=${api.token}`);
      expect(answer.headers.location ?? '/').toMatch(/^\/(?![/\\])/);
    },
  );

  it('does not accept a wrong token, and does not repeat it', async () => {
    const answer = await rawRequest(api.url, '/?token=%3Cscript%3Ewrong', {
      headers: { accept: 'text/html' },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).not.toContain('wrong</');
    expect(answer.body).not.toContain('<script>');
  });

  it('the cookie opens the API', async () => {
    const cookie = await sessionCookie();
    const answer = await rawRequest(api.url, '/api/v1/workspace', {
      headers: { cookie: `other=1; ${cookie}` },
    });
    expect(answer.status).toBe(200);
  });

  it.each(['=forged', '='])('a cookie with "%s" does not', async (value) => {
    const cookie = (await sessionCookie()).split('=')[0] + value;
    expect((await rawRequest(api.url, '/api/v1/workspace', { headers: { cookie } })).status).toBe(401);
  });

  it('a token in the address does not open the API', async () => {
    expect((await rawRequest(api.url, `/api/v1/runs?token=${api.token}`)).status).toBe(401);
  });

  it('reached by a link on another site it moves on by itself, so that the cookie goes along', async () => {
    const answer = await rawRequest(api.url, `/?token=${api.token}`, {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    });
    expect([answer.status, answer.headers.refresh]).toEqual([200, '0;url=/']);
  });
});

describe('foreign hosts', () => {
  it.each([
    'evil.example',
    'evil.example:4890',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    '0.0.0.0',
    '192.168.1.5',
    '[::2]',
    'localhost:99999999',
  ])('a name that was pointed here (%s) is refused with 403, even with the token', async (name) => {
    const answer = await rawRequest(api.url, '/api/v1/runs', { headers: { ...bearer(), host: name } });
    expect(answer.status).toBe(403);
    expect(codeOf(answer.body)).toBe('access/foreign-host');
  });

  it.each(['/health', '/'])('%s is refused too', async (path) => {
    expect((await rawRequest(api.url, path, { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it.each(['localhost:8080', '127.0.0.1', '[::1]:4890', 'LOCALHOST'])('%s is served', async (name) => {
    expect((await rawRequest(api.url, '/health', { headers: { host: name } })).status).toBe(200);
  });

  it('no name at all is refused', async () => {
    for (const request of ['GET /health HTTP/1.1\r\nHost:\r\n', 'GET /health HTTP/1.0\r\n']) {
      expect(await rawBytes(api.url, `${request}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 403/);
    }
  });

  it('an absolute address in the request line does not get around it', async () => {
    const answer = await rawBytes(
      api.url,
      `GET http://127.0.0.1/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 403/);
  });
});

describe('foreign origins', () => {
  it.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1',
    'http://127.0.0.1:1',
    'http://localhost:3000',
  ])('%s is refused with 403, even with cookie or token', async (origin) => {
    for (const credentials of [bearer(), { cookie: await sessionCookie() }]) {
      const answer = await rawRequest(api.url, '/api/v1/runs', { headers: { ...credentials, origin } });
      expect(answer.status).toBe(403);
      expect(codeOf(answer.body)).toBe('access/foreign-origin');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each(['cross-site', 'same-site'])(
    'a %s request of a page is refused, another local port included',
    async (site) => {
      const cookie = await sessionCookie();
      const answer = await rawRequest(api.url, '/api/v1/runs', {
        headers: { cookie, 'sec-fetch-site': site },
      });
      expect(answer.status).toBe(403);
    },
  );

  it('a navigation to the API from another site is refused', async () => {
    const headers = {
      cookie: await sessionCookie(),
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await rawRequest(api.url, '/api/v1/runs', { headers })).status).toBe(403);
  });

  it('a page of another site cannot frame or embed the workbench', async () => {
    const headers = {
      cookie: await sessionCookie(),
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'iframe',
    };
    expect((await rawRequest(api.url, '/', { headers })).status).toBe(403);
  });

  it('a preflight gets no permission', async () => {
    const answer = await rawRequest(api.url, '/api/v1/runs', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('the own origin is served', async () => {
    const headers = {
      cookie: await sessionCookie(),
      origin: `http://${host}`,
      'sec-fetch-site': 'same-origin',
    };
    expect((await rawRequest(api.url, '/api/v1/runs', { headers })).status).toBe(200);
  });
});

describe('what a form on another page could send', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'a write as "%s" is refused with 415',
    async (type) => {
      const answer = await rawRequest(api.url, '/api/v1/experiments', {
        method: 'POST',
        headers: { ...bearer(), ...(type ? { 'content-type': type } : {}) },
        body: '{"name":"x"}',
      });
      expect(answer.status).toBe(415);
    },
  );
});

describe('paths', () => {
  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/docs/assets/../../../package.json',
    '/docs/assets/package.json',
    '/docs/assets/%2e%2e%2fpackage.json',
  ])('%s reaches no file outside the workbench', async (path) => {
    const answer = await rawRequest(api.url, path, { headers: bearer() });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('not for the web');
  });

  it.each(['..%2f..%2fsecret.txt', 'a/../../b', '%2Fetc%2Fpasswd', 'a%5C..%5Cb', 'a%00b'])(
    'an artifact path of %s is refused with 400',
    async (path) => {
      const run = await api.client.runs.create({ body: {} });
      for (const method of ['GET', 'PUT']) {
        const answer = await rawRequest(api.url, `/api/v1/runs/${run.id}/artifacts/${path}`, {
          method,
          headers: { ...bearer(), 'content-type': 'application/octet-stream' },
          ...(method === 'PUT' ? { body: 'x' } : {}),
        });
        expect([method, answer.status, codeOf(answer.body)]).toEqual([method, 400, 'artifacts/bad-path']);
      }
    },
  );

  it('a broken escape in the address is a fault of the request, not of the engine', async () => {
    const answer = await rawRequest(api.url, '/api/v1/runs/%E0%A4%A', { headers: bearer() });
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'request/invalid']);
  });

  it('line breaks in names cannot make headers', async () => {
    const run = await api.client.runs.create({ body: {} });
    const name = 'a";\r\nSet-Cookie: x=1\r\n\r\n<b>.txt';
    const path = `/api/v1/runs/${run.id}/artifacts/${encodeURIComponent(name)}`;
    const put = await rawRequest(api.url, path, {
      method: 'PUT',
      headers: { ...bearer(), 'content-type': 'application/octet-stream' },
      body: 'x',
    });
    if (put.status === 201) {
      const answer = await rawRequest(api.url, path, { headers: bearer() });
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(String(answer.headers['content-disposition'])).not.toMatch(/[\r\n]/);
    } else expect(codeOf(put.body)).toBe('artifacts/bad-path');
  });
});

describe('every answer', () => {
  it('carries the headers that keep other pages out, and does not say what it runs on', async () => {
    for (const path of ['/api/v1/runs', '/api/v1/nothing', '/health', '/docs', '/']) {
      const { headers } = await rawRequest(api.url, path, { headers: { ...bearer(), accept: 'text/html' } });
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy'], path).not.toMatch(
        /unsafe-eval|script-src[^;]*unsafe-inline/,
      );
      expect(headers, path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['x-powered-by'], path).toBeUndefined();
    }
    expect((await rawRequest(api.url, '/api/v1/runs', { headers: bearer() })).headers['cache-control']).toBe(
      'no-store',
    );
  });

  it('gives back a plain request id and makes one where it is not plain', async () => {
    const given = await rawRequest(api.url, '/health', { headers: { 'x-request-id': 'trace-1' } });
    expect(given.headers['x-request-id']).toBe('trace-1');
    const strange = await rawRequest(api.url, '/health', { headers: { 'x-request-id': 'a b<c>' } });
    expect(strange.headers['x-request-id']).toMatch(/^req_/);
  });
});

describe('the log', () => {
  it('never holds the token', async () => {
    await rawRequest(api.url, `/?token=${api.token}`);
    await rawRequest(api.url, `/runs?token=${api.token}`, { headers: { host: 'evil.example' } });
    await rawRequest(api.url, '/api/v1/nothing', { headers: bearer() });
    expect(api.logged().length).toBeGreaterThan(0);
    expect(api.logged().join('\n')).not.toContain(api.token);
  });
});
