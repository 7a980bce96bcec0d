import pc from 'picocolors';
import type { Problem } from '../contract/index.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';

/** Ends a command with a message for people and an exit code for scripts. */
export class CommandFailure extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: number;
  readonly problems: readonly Problem[];

  constructor(
    code: string,
    message: string,
    hint: string,
    exitCode: number,
    problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'CommandFailure';
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
    this.problems = problems;
  }
}

type Described = {
  code: string;
  message: string;
  hint: string;
  problems: readonly Problem[];
  exitCode: number;
};

/** What any thrown thing means to the caller: engine errors and API errors by their code, the rest as unexpected. */
export function describeFailure(thrown: unknown): Described {
  if (thrown instanceof CommandFailure)
    return {
      code: thrown.code,
      message: thrown.message,
      hint: thrown.hint,
      problems: thrown.problems,
      exitCode: thrown.exitCode,
    };
  if (thrown instanceof Error && hasCode(thrown)) {
    return {
      code: thrown.code,
      message: thrown.message,
      hint: typeof thrown.hint === 'string' ? thrown.hint : '',
      problems: thrown.problems ?? [],
      exitCode: exitCodeOf(thrown.code),
    };
  }
  return {
    code: 'internal',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: 'Run it again with ASSAY_DEBUG=1 to see where it happened.',
    problems: [],
    exitCode: exitCodes.unexpected,
  };
}

/** What commander finds wrong with the arguments. */
export function wrongUse({ message }: Pick<Error, 'message'>): Described {
  return {
    code: 'usage',
    message: message.replace(/^error: /, ''),
    hint: 'Add --help to see the arguments and options.',
    problems: [],
    exitCode: exitCodes.usage,
  };
}

function hasCode(
  error: Error,
): error is Error & { code: string; hint?: unknown; problems?: readonly Problem[] } {
  return 'code' in error && typeof error.code === 'string' && error.code.includes('/');
}

/** Prints a failure: one JSON object on stdout with --json, otherwise what was wrong and what to do, on stderr. */
export function printFailure(failure: Described, json: boolean): void {
  if (json) {
    const { exitCode: _, ...error } = failure;
    process.stdout.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  process.stderr.write(`${failureLines(failure).join('\n')}\n`);
}

/** The headline, every problem with what was expected in its place, and what to do. */
export function failureLines({ message, problems, hint }: Omit<Described, 'code' | 'exitCode'>): string[] {
  const [first] = problems;
  // Many messages are the problems already, for those who see nothing else.
  const isListed =
    first !== undefined &&
    (message.startsWith(`${first.path}: ${first.message}`) ||
      message === problems.map((problem) => problem.message).join('; '));
  const count = problems.length === 1 ? '1 entry is wrong.' : `${problems.length} entries are wrong.`;
  return [
    `${pc.red('✗')} ${isListed ? count : message}`,
    ...problems.map(({ path, message: what, expected, at }) => {
      const wanted = expected === undefined ? '' : pc.dim(`; expected: ${expected}`);
      const place = at === undefined ? '' : ` line ${at.line}, column ${at.column}:`;
      return `  ${pc.yellow(path || '·')}${place} ${what}${wanted}`;
    }),
    ...(hint === '' ? [] : [pc.dim(`  ${hint.replace(' listed under "problems"', '')}`)]),
  ];
}
