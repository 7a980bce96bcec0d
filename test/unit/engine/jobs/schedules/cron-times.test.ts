import { describe, expect, it } from 'vitest';
import { checkTimes, nextTimes } from '../../../../../engine/jobs/schedules/cron-times.ts';

const next = (cron: string, timeZone: string, after: string, count = 1): string[] =>
  nextTimes({ cron, timeZone }, Date.parse(after), count).map((ms) => new Date(ms).toISOString());

describe('times of a schedule', () => {
  it('are those of the time zone, summer and winter', () => {
    expect(next('0 6 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', 3)).toEqual([
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
      '2026-03-30T04:00:00.000Z',
    ]);
  });

  it('come once in the night when clocks go back, and not at all twice when they go forward', () => {
    // 02:30 exists twice on 25 October 2026 and not at all on 29 March 2026 in Berlin.
    expect(next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
    const spring = next('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2);
    expect(spring[0]?.slice(0, 10)).toBe('2026-03-29');
    expect(spring[1]).toBe('2026-03-30T00:30:00.000Z');
  });

  it('may be few or none', () => {
    expect(next('0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2028-02-29T00:00:00.000Z',
      '2032-02-29T00:00:00.000Z',
    ]);
    expect(next('0 0 31 2 *', 'UTC', '2026-01-01T00:00:00Z')).toEqual([]);
  });

  it('are refused with every fault: unknown zones, nonsense, seconds', () => {
    const faults = (cron: string, timeZone: string): string[] => {
      try {
        checkTimes({ cron, timeZone });
        return [];
      } catch (thrown) {
        const { problems } = thrown as { problems: { path: string }[] };
        return problems.map(({ path }) => path);
      }
    };
    expect(faults('0 6 * * mon-fri', 'Asia/Tokyo')).toEqual([]);
    expect(faults('@daily', 'UTC')).toEqual([]);
    expect(faults('61 6 * * *', 'Mars/Olympus')).toEqual(['/timeZone', '/cron']);
    expect(faults('* * * * * *', 'UTC')).toEqual(['/cron']);
    expect(faults('every day', 'UTC')).toEqual(['/cron']);
  });
});
