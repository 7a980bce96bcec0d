import { execFileSync } from 'node:child_process';
import { messageOf } from '../../../engine/errors.ts';

/** The Python that peers are measured in, or null, with the reason on stderr. */
export function findPython(): string | null {
  const python = process.env.ASSAY_BENCH_PYTHON ?? 'python3';
  try {
    execFileSync(python, ['-c', 'import numpy, sklearn'], { stdio: ['ignore', 'ignore', 'pipe'] });
    return python;
  } catch (thrown) {
    const [reason] = messageOf(thrown).trim().split('\n').slice(-1);
    console.error(`No peers: ${python} has no scikit-learn (${reason}). Name one with ASSAY_BENCH_PYTHON.`);
    return null;
  }
}
