import { spawn } from 'node:child_process';

/**
 * What a program prints, up to `maxBytes`; null when it is not there, fails or takes too long. For tools that may be
 * missing (git, nvidia-smi, python): their absence is an answer and no error.
 */
export function programOutput(
  program: string,
  args: readonly string[],
  options: { cwd?: string; timeoutMs?: number; maxBytes?: number } = {},
): Promise<{ text: string; isCut: boolean } | null> {
  const { cwd, timeoutMs = 10_000, maxBytes = 2 ** 20 } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    // Not the option `timeout` of spawn: its timer outlives a program that is not there.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isCut = false;
    child.stdout.on('data', (chunk: Buffer) => {
      if (isCut) return;
      chunks.push(chunk.subarray(0, maxBytes - bytes));
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) return;
      isCut = true;
      child.kill('SIGKILL');
    });
    child.once('error', () => {
      clearTimeout(timer);
      resolve(null);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 || isCut ? { text: Buffer.concat(chunks).toString('utf8'), isCut } : null);
    });
  });
}
