import { matchesGlob, posix } from 'node:path';
import { AssayError } from '../errors.ts';
import type { DvcOutput } from './parse-dvc.ts';

/** An output, or some of the files of one that is a directory. */
export type ChosenOutput = {
  output: DvcOutput;
  /** A file of the directory or a pattern, from the directory; null: all of it. */
  inside: string | null;
};

const isPattern = (text: string): boolean => /[*?[{]/.test(text);
const MOST_NAMED = 20;

/**
 * The output that a name means: its path from the file that was given or from the root of the repository, a stage with a
 * single output, the path of a file in a tracked directory or a pattern of such, or any file name that only one output has.
 * Left out, it is the only one.
 *
 * Errors: `request/invalid` with the outputs there are.
 */
export function chooseOutput(
  outputs: readonly DvcOutput[],
  base: string,
  wanted: string | null,
): ChosenOutput {
  const [only] = outputs;
  if (wanted === null) {
    if (only !== undefined && outputs.length === 1) return { output: only, inside: null };
    throw unclear(outputs, `Which of its ${outputs.length} outputs is meant is not said`);
  }
  const bare = wanted.replaceAll('\\', '/').replace(/\/+$/, '');
  const paths = [...new Set([posix.join(base, bare), posix.normalize(bare)])];
  const whole =
    outputs.find(({ path }) => paths.includes(path)) ?? single(outputs, ({ stage }) => stage === bare);
  if (whole !== undefined) return { output: whole, inside: null };
  for (const output of outputs.filter(({ content }) => content.isDir)) {
    const path = paths.find((candidate) => candidate.startsWith(`${output.path}/`));
    if (path !== undefined) return { output, inside: path.slice(output.path.length + 1) };
  }
  if (only?.content.isDir === true && outputs.length === 1) return { output: only, inside: bare };
  const named = single(outputs, ({ path }) => posix.basename(path) === bare);
  if (named !== undefined) return { output: named, inside: null };
  throw unclear(outputs, `No output is called "${wanted}"`);
}

/** Whether a file of a directory is meant. */
export function isInside(relpath: string, inside: string): boolean {
  return isPattern(inside)
    ? matchesGlob(relpath, inside)
    : relpath === inside || relpath.startsWith(`${inside}/`);
}

/** The one for which something holds, if there is exactly one. */
function single(outputs: readonly DvcOutput[], holds: (output: DvcOutput) => boolean): DvcOutput | undefined {
  const found = outputs.filter(holds);
  return found.length === 1 ? found[0] : undefined;
}

function unclear(outputs: readonly DvcOutput[], message: string): AssayError {
  const names = outputs.slice(0, MOST_NAMED).map(({ path }) => path);
  const more = outputs.length > names.length ? [`and ${outputs.length - names.length} more`] : [];
  const expected = [...names, ...more].join(', ');
  return new AssayError('request/invalid', `${message}: ${expected}`, {
    problems: [{ path: '/source/output', message, expected }],
  });
}
