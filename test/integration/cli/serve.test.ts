import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assay, assayJson } from '../../kit/assay.ts';

const start = fileURLToPath(new URL('../../../build/start.mjs', import.meta.url));
let dir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-serve-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
});

/** `npm start -- --no-window --port 0`, until its ready line. */
function startWorkbench(args: string[] = []): Promise<{ child: ChildProcess; readyUrl: URL }> {
  const child = spawn(process.execPath, [start, '--no-window', '--port', '0', '--workspace', dir, ...args]);
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /^Assay is ready: (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)$/m.exec(text)?.[1];
      if (url) resolve({ child, readyUrl: new URL(url) });
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it was ready: ${text}`)));
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', resolve));
}

describe('npm start', () => {
  it('prints the ready line once the API answers, and the line signs a browser in', {
    timeout: 120_000,
  }, async () => {
    const { readyUrl } = await startWorkbench();
    expect((await fetch(new URL('/api/v1/workspace', readyUrl))).status).toBe(401);
    const signedIn = await fetch(readyUrl, { redirect: 'manual' });
    expect(signedIn.status).toBe(303);
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    const page = await fetch(new URL('/', readyUrl), {
      headers: { cookie: cookie.split(';')[0] ?? '', accept: 'text/html' },
    });
    expect(await page.text()).toContain('<div id="root"');
  });

  it('is found by the command line, and ends cleanly on SIGTERM so that the folder is free', {
    timeout: 120_000,
  }, async () => {
    const { child, readyUrl } = await startWorkbench();
    const info = await assayJson(['init', '--workspace', dir]);
    expect(info).toMatchObject({ created: false });
    const second = await assay(['serve', '--port', '0', '--workspace', dir]);
    expect(second.code).toBe(4);
    expect(second.stderr).toContain(readyUrl.origin);
    const exit = ended(child);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect((await assay(['db', 'check', '--workspace', dir])).code).toBe(0);
  });
});
