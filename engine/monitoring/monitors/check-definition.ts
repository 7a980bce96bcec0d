import { monitorMetrics, type Problem } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { checkTimes } from '../../jobs/index.ts';
import { type Meters, meterOf } from './meters.ts';
import type { Definition } from './monitor-book.ts';

/** Kinds whose reports say of the whole whether it is bad. */
const withVerdict: ReadonlySet<string> = new Set(['drift', 'endpoint-drift', 'validation', 'estimate']);

/** Refuses a monitor that could not work, with all its faults: `monitors/bad-definition`, `schedules/bad-cron`, those of what is watched. */
export async function checkDefinition(
  { watch, schedule, rule }: Omit<Definition, 'watchedSinceMs'>,
  meters: Meters,
): Promise<void> {
  const problems: Problem[] = [];
  const metrics = monitorMetrics[watch.kind];
  if (!metrics.some(({ id }) => id === rule.metric))
    problems.push({
      path: '/rule/metric',
      message: `"${rule.metric}" is no figure of a ${watch.kind} monitor`,
      expected: metrics.map(({ id }) => id).join(', '),
    });
  if (rule.when.kind === 'verdict' && !withVerdict.has(watch.kind))
    problems.push({
      path: '/rule/when',
      message: `A ${watch.kind} monitor has no verdict of its own`,
      expected: 'above, below or unusual',
    });
  if (schedule.kind === 'versions' && !('dataset' in watch))
    problems.push({
      path: '/schedule',
      message: 'Only datasets have versions',
      expected: 'cron or requests',
    });
  if (schedule.kind === 'requests' && !('endpoint' in watch))
    problems.push({
      path: '/schedule',
      message: 'Only endpoints have requests',
      expected: 'cron or versions',
    });
  const [first] = problems;
  if (first !== undefined) throw new AssayError('monitors/bad-definition', first.message, { problems });
  if (schedule.kind === 'cron') checkTimes(schedule);
  await meterOf(meters, watch).accept();
}
