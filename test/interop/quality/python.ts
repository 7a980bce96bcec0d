import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../../engine/errors.ts';

const run = promisify(execFile);

type Found = { python: string } | { missing: string };

/**
 * The Python that ASSAY_QUALITY_PYTHON names, else `python3`, when it has these modules; else why there is none.
 */
export async function pythonWith(modules: readonly string[]): Promise<Found> {
  const python = process.env.ASSAY_QUALITY_PYTHON ?? 'python3';
  try {
    await run(python, ['-c', modules.map((name) => `import ${name}`).join('\n')]);
    return { python };
  } catch (thrown) {
    const [reason = ''] = messageOf(thrown).trim().split('\n').slice(-1);
    return {
      missing: `${python} lacks ${modules.join(' or ')} (${reason}); name one with ASSAY_QUALITY_PYTHON`,
    };
  }
}

/** Runs a program beside this file, on one thread: more wait for each other longer than small sets take. */
export async function runProgram(found: Found, name: string, ...args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  await run('python' in found ? found.python : '', ['-W', 'ignore', program, ...args], { env });
}
