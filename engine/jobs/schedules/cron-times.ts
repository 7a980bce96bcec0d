import { Cron } from 'croner';
import type { Problem } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';

export type Times = { cron: string; timeZone: string };

/** Throws `schedules/bad-cron` with each fault. */
export function checkTimes({ cron, timeZone }: Times): void {
  const problems: Problem[] = [];
  if (!isTimeZone(timeZone))
    problems.push({ path: '/timeZone', message: `"${timeZone}" is no time zone`, expected: 'Europe/Berlin' });
  try {
    parse({ cron, timeZone: 'UTC' });
  } catch (thrown) {
    const message = messageOf(thrown).replace(/^CronPattern: /, '');
    problems.push({ path: '/cron', message, expected: '0 6 * * mon-fri' });
  }
  const [first] = problems;
  if (first !== undefined) throw new AssayError('schedules/bad-cron', first.message, { problems });
}

/**
 * The next times after a moment, at most `count`. In the night when clocks go forward a time that does not exist comes at
 * the one that takes its place; when they go back, a time that exists twice comes once.
 */
export function nextTimes(times: Times, afterMs: number, count: number): number[] {
  return parse(times)
    .nextRuns(count, new Date(afterMs))
    .map((date) => date.getTime());
}

/** Minutes are the finest: five fields, as in crontab(5). */
function parse({ cron, timeZone }: Times): Cron {
  return new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
