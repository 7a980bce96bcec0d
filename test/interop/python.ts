import { execFile } from 'node:child_process';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../engine/errors.ts';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('./.cache', import.meta.url));

/** A Python with a release of mlflow, or why there is none. */
export type PythonWithMlflow = { python: string; version: string } | { missing: string };

/** The newest release of mlflow, or the Python that the environment names. */
export const newestMlflow = {
  name: 'mlflow-3',
  requirements: ['mlflow>=3.4'],
  given: process.env.ASSAY_INTEROP_PYTHON,
};

/**
 * A virtual environment with this release of mlflow, scikit-learn and pandas, made with pip at the first use (some
 * minutes, some hundred megabytes) and kept under `test/interop/.cache`. `given` names a Python to use instead.
 */
export async function pythonWithMlflow(
  name: string,
  requirements: readonly string[],
  given: string | undefined,
): Promise<PythonWithMlflow> {
  const folder = join(cache, name);
  const python = given ?? join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  try {
    if (given === undefined && !(await isThere(join(folder, 'complete'))))
      await make(folder, python, requirements);
    const { stdout } = await run(python, [
      '-c',
      'from importlib.metadata import version; print(version("mlflow"))',
    ]);
    return { python, version: stdout.trim() };
  } catch (thrown) {
    return { missing: messageOf(thrown).split('\n').slice(0, 3).join(' ') };
  }
}

async function make(folder: string, python: string, requirements: readonly string[]): Promise<void> {
  const system = process.platform === 'win32' ? 'python' : 'python3';
  await rm(folder, { recursive: true, force: true });
  await run(system, ['-m', 'venv', folder]);
  const packages = [...requirements, 'scikit-learn', 'pandas', 'matplotlib', 'pillow', 'onnx', 'onnxruntime'];
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: 540_000,
  });
  // Written last: an installation that was cut off is made anew.
  await run(python, ['-c', `open(${JSON.stringify(join(folder, 'complete'))}, 'w').close()`]);
}

/**
 * A folder for PYTHONPATH with packages that this Python is to use instead of its own, made with pip at the first use and kept
 * under `test/interop/.cache`.
 */
export async function packagesInstead(
  python: string,
  name: string,
  requirements: readonly string[],
): Promise<string> {
  const folder = join(cache, name);
  if (await isThere(join(folder, 'complete'))) return folder;
  await rm(folder, { recursive: true, force: true });
  const how = ['--quiet', '--disable-pip-version-check', '--no-deps', '--target', folder];
  await run(python, ['-m', 'pip', 'install', ...how, ...requirements], { timeout: 540_000 });
  await writeFile(join(folder, 'complete'), '');
  return folder;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
