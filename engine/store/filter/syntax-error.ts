import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';

/** One or more faults of a filter; each `path` is an offset into its text. */
export function badFilter(problems: readonly Problem[]): AssayError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const expected = first?.expected === undefined ? '' : `; expected ${first.expected}`;
  return new AssayError(
    'request/bad-filter',
    `At offset ${first?.path}: ${first?.message}${expected}${more}.`,
    { problems },
  );
}

export function syntaxError(at: number, found: string, expected: string): AssayError {
  return badFilter([{ path: String(at), message: `found ${found}`, expected }]);
}
