import { InvalidArgumentError } from 'commander';

/** The number that an option was given. Errors: InvalidArgumentError, so that the command ends as with any wrong option. */
export function numberOption(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It takes a number.');
  return value;
}
