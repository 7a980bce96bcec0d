import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../../../engine/store/filter/time.ts';

describe('parseTime', () => {
  it.each([
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['2026-01-31 10:30', Date.UTC(2026, 0, 31, 10, 30)],
    ['2026-01-31T10:30:15Z', Date.UTC(2026, 0, 31, 10, 30, 15)],
    ['2026-01-31T10:30:15.250Z', Date.UTC(2026, 0, 31, 10, 30, 15, 250)],
    ['2026-01-31T10:30:15.250999Z', Date.UTC(2026, 0, 31, 10, 30, 15, 250)],
    ['2026-01-31T10:30+02:00', Date.UTC(2026, 0, 31, 8, 30)],
    ['2026-01-31T10:30-0530', Date.UTC(2026, 0, 31, 16, 0)],
  ])('reads %s, as UTC where it names no zone', (text, atMs) => {
    expect(parseTime(text)).toBe(atMs);
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', 'yesterday', '', '2026-01-01T25:00'])(
    'refuses %s',
    (text) => {
      expect(parseTime(text)).toBeNull();
    },
  );
});
