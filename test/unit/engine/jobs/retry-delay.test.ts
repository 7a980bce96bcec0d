import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../../engine/jobs/retry-delay.ts';

const policy = { baseMs: 2000, maxMs: 60_000 };

describe('retryDelayMs', () => {
  it('lies between half of the doubling delay and all of it, up to the maximum', () => {
    for (let attempt = 1; attempt <= 12; attempt++) {
      const full = Math.min(60_000, 2000 * 2 ** (attempt - 1));
      for (let job = 0; job < 50; job++) {
        const delay = retryDelayMs(`job_${job}`, attempt, policy);
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }
    }
  });

  it('is the same for the same job and attempt, and spreads different jobs', () => {
    expect(retryDelayMs('job_1', 2, policy)).toBe(retryDelayMs('job_1', 2, policy));
    const delays = Array.from({ length: 200 }, (_, job) => retryDelayMs(`job_${job}`, 1, policy));
    const quarters = [0, 1, 2, 3].map(
      (quarter) => delays.filter((delay) => Math.min(3, Math.floor((delay - 1000) / 250)) === quarter).length,
    );
    // 50 are expected in each; a fair spread stays well above 25 (more than 4 standard deviations away).
    expect(Math.min(...quarters)).toBeGreaterThan(25);
  });
});
