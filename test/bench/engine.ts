/** The built engine as a person starts it: a process of its own on a workspace of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '../../local-api/client/index.ts';

const assay = fileURLToPath(new URL('../../dist/assay.js', import.meta.url));

export type BenchEngine = {
  client: Client;
  url: string;
  token: string;
  readyMs: number;
  pid: number;
  residentMb(): number;
  stop(): Promise<void>;
};

export async function startBenchEngine(dir: string): Promise<BenchEngine> {
  const started = performance.now();
  const child = spawn(process.execPath, [assay, 'serve', '--port', '0', '--workspace', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const readyUrl = new URL(await readyLine(child));
  const readyMs = performance.now() - started;
  const token = readyUrl.searchParams.get('token') ?? '';
  return {
    client: createClient({ baseUrl: readyUrl.origin, token }),
    url: readyUrl.origin,
    token,
    readyMs,
    pid: child.pid ?? 0,
    residentMb: () => residentMb(child.pid),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Assay is ready: (\S+)/.exec(text);
      if (found?.[1]) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`The engine ended with ${code} before it was ready.`)));
  });
}

/** Resident memory of a process in MB; Linux only, NaN elsewhere. */
function residentMb(pid: number | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb) / 1024;
  } catch {
    return Number.NaN;
  }
}

export async function withTempDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
