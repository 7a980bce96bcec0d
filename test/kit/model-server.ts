import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportFiles } from '../../engine/models/index.ts';
import { withOnnx } from '../../engine/onnx/index.ts';
import type { Signature } from '../../local-api/contract/index.ts';
import { sha256 } from './digest.ts';
import { versionOf } from './models/sample-models.ts';

/** Writes the folder that an export of a model would be. */
export async function writeExport(
  folder: string,
  name: string,
  { bytes, signature }: { bytes: Uint8Array; signature: Signature },
  version = '1.0.0',
): Promise<void> {
  const row = { ...versionOf(name, sha256(bytes), signature), version };
  const files = await exportFiles({ version: withOnnx(row), model: bytes, runFiles: [] });
  await mkdir(folder, { recursive: true });
  for (const [path, content] of files) await writeFile(join(folder, path), content);
}

export type ModelServerProcess = {
  url: string;
  process: ChildProcess;
  /** Asks it to end and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** The stand-alone server as a process of its own on a free port. `script` is its source or its bundle. */
export async function startModelServerProcess(
  script: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ModelServerProcess> {
  const child = spawn(process.execPath, [script, ...args, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const found = /assay-serve is ready: (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then((code) => reject(new Error(`The server ended with ${code}: ${text}`)));
  });
  return {
    url,
    process: child,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
