import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { trainScriptFile } from '../../../engine/remotes/ray/train-script.ts';
import { orderFiles } from '../../../engine/training/index.ts';
import { readZip } from '../../../engine/zip/index.ts';
import type { FarAnswer, FarRequest } from './far-end.ts';

type Json = Record<string, unknown>;
export type FarJob = {
  request: Json;
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  message: string;
  logs: string;
  end: (() => void) | null;
};

/** What a job does when it starts; the usual one runs the program of a training order. */
export type JobRunner = (job: FarJob, files: Map<string, Uint8Array>) => void;

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const path = /^\/api\/jobs\/(?:([\w.-]+)(?:\/(logs|stop))?)?$/;

/** The Jobs API of a Ray dashboard, as its OpenAPI description and `ray.dashboard.modules.job` have it. */
export function farRayJobs(packages: ReadonlyMap<string, Buffer>) {
  const jobs = new Map<string, FarJob>();
  const far = {
    jobs,
    runner: runProgram as JobRunner,
    /** Null: another path. */
    handle({ method, url, body }: FarRequest): FarAnswer | null {
      const match = path.exec(url.pathname);
      if (match === null) return null;
      const [, id, part] = match;
      if (id === undefined) return method === 'POST' ? submit(JSON.parse(body.toString('utf8'))) : null;
      const job = jobs.get(id);
      if (job === undefined) return text(404, `Job ${id} does not exist`);
      if (part === 'logs') return json({ logs: job.logs });
      if (part === 'stop') {
        const isOpen = job.status === 'PENDING' || job.status === 'RUNNING';
        if (isOpen) {
          job.status = 'STOPPED';
          job.end?.();
        }
        return json({ stopped: isOpen });
      }
      const { status, message, request } = job;
      return json({ type: 'SUBMISSION', submission_id: id, status, message, entrypoint: request.entrypoint });
    },
  };

  function submit(request: Json): FarAnswer {
    const id = String(request.submission_id);
    if (jobs.has(id)) return text(400, `ValueError: Job with submission_id ${id} already exists.`);
    const uri = (request.runtime_env as Json).working_dir;
    const bytes = packages.get(String(uri).replace('gcs://', ''));
    if (bytes === undefined) return text(500, `${uri} is not there`);
    const job: FarJob = { request, status: 'RUNNING', message: '', logs: '', end: null };
    jobs.set(id, job);
    far.runner(job, readZip(bytes, { files: 100, bytes: 1e9 }));
    return json({ job_id: id, submission_id: id });
  }
  return far;
}

/** Unpacks the package and runs its program with this Node, as the script in it does. */
function runProgram(job: FarJob, files: Map<string, Uint8Array>): void {
  const dir = mkdtempSync(join(tmpdir(), 'far-ray-job-'));
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  symlinkSync(modules, join(dir, 'node_modules'));
  const [, script, memoryMb] = String(job.request.entrypoint).split(' ');
  if (script !== trainScriptFile) throw new Error(`another entrypoint: ${script}`);
  const args = [`--max-old-space-size=${memoryMb}`, join(dir, orderFiles.program), dir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  job.end = () => child.kill('SIGKILL');
  const take = (chunk: Buffer) => {
    job.logs += chunk.toString('utf8');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.on('close', (code) => ended(job, code));
  onTestFinished(() => gone(child, dir));
}

function ended(job: FarJob, code: number | null): void {
  if (job.status !== 'RUNNING') return;
  job.status = code === 0 ? 'SUCCEEDED' : 'FAILED';
  job.message =
    code === 0 ? 'Job finished successfully.' : `Job entrypoint command failed with exit code ${code}`;
}

function gone(child: ChildProcess, dir: string): void {
  child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
}

function json(body: unknown): FarAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function text(status: number, body: string): FarAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
