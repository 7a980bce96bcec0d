/** Runs the `assay` command as a person does, in a process of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../build/assay.mjs', import.meta.url));

export type CommandResult = { code: number | null; stdout: string; stderr: string };

/**
 * `args` as on a shell line; `input` becomes standard input. The environment is that of the test without ASSAY_ settings.
 * `closesPipe`: nobody reads what it prints, as after `| head`.
 */
export function assay(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; closesPipe?: boolean } = {},
): Promise<CommandResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ASSAY_'));
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
  });
  child.stdin.end(options.input ?? '');
  if (options.closesPipe) child.stdout.destroy();
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The one JSON object that a command prints with --json; fails when it printed anything else. */
export async function assayJson(args: readonly string[], options: { input?: string } = {}): Promise<unknown> {
  const result = await assay([...args, '--json'], options);
  const lines = result.stdout.trimEnd().split('\n');
  if (lines.length !== 1)
    throw new Error(`Expected one line, got ${lines.length}: ${result.stdout}\n${result.stderr}`);
  return JSON.parse(lines[0] ?? '');
}
