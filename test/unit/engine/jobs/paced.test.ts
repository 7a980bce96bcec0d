import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from '../../../../engine/jobs/paced.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('paced', () => {
  it('calls at once, then at most once an interval, and never loses the last change', () => {
    let value = 0;
    const seen: number[] = [];
    const pace = paced(100, () => seen.push(value));
    for (value = 1; value <= 50; value++) {
      pace.touch();
      vi.advanceTimersByTime(10);
    }
    value = 99;
    pace.touch();
    vi.advanceTimersByTime(1000);
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(99);
    expect(seen.length).toBeLessThanOrEqual(7);
  });

  it('is silent after it was stopped', () => {
    let calls = 0;
    const pace = paced(100, () => calls++);
    pace.touch();
    pace.touch();
    pace.stop();
    vi.advanceTimersByTime(1000);
    expect(calls).toBe(1);
  });
});
