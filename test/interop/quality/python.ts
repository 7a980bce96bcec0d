import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../../engine/errors.ts';

const run = promisify(execFile);

/**
 * The Python that ASSAY_QUALITY_PYTHON names, else `python3`, when it has these modules; else why there is none.
 */
export async function pythonWith(
  modules: readonly string[],
): Promise<{ python: string } | { missing: string }> {
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
