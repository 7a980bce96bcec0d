import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatMetric,
  formatNumber,
  formatPercent,
  formatPlural,
  formatRelative,
  formatUtcDay,
} from '../../../../renderer/app/format.ts';

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [1234567, '1,234,567'],
    [Math.PI, '3.142'],
    [0.000123456, '0.0001235'],
    [0.0000123, '1.23e-5'],
    [1.5e12, '1.50e12'],
    [123456.789, '123,457'],
    [-0.5, '-0.5'],
    ['NaN', 'NaN'],
    ['-Infinity', '-∞'],
    [null, '–'],
  ] as const)('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatMetric', () => {
  test('keeps four decimals so that values line up', () => {
    expect([0.5, 0.71234, 0.9].map(formatMetric)).toEqual(['0.5000', '0.7123', '0.9000']);
  });
  test('does not hide small values behind zeros', () => {
    expect([0.00004321, 0.0004321].map(formatMetric)).toEqual(['4.3e-5', '0.000432']);
  });
  test('rounds small values to what can be told apart', () => {
    expect([-0.00019996, 0].map(formatMetric)).toEqual(['-0.0002', '0']);
  });
  test('writes what JSON has no word for', () => {
    expect(formatMetric('NaN')).toBe('NaN');
    expect(formatMetric('Infinity')).toBe('∞');
  });
});

describe('formatPercent', () => {
  test('says that a share is there even when it rounds to nothing', () => {
    expect(formatPercent(0.00001)).toBe('< 0.1 %');
    expect(formatPercent(0)).toBe('0 %');
  });
  test('rounds to the decimals asked for', () => {
    expect(formatPercent(0.12345)).toBe('12.3 %');
    expect(formatPercent(0.5, 0)).toBe('50 %');
  });
});

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_949, '1.00 MB'],
    [12_345_678, '12.3 MB'],
    [4.2e12, '4.20 TB'],
    [5e15, '5000 TB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [4200, '4.2 s'],
    [59_990, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatRelative', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  test.each([
    [5_000, 'just now'],
    [42_000, '42 sec. ago'],
    [300_000, '5 min. ago'],
    [26 * 3_600_000, 'yesterday'],
    [400 * 86_400_000, 'last yr.'],
  ])('says what happened %d ms ago', (agoMs, text) => {
    expect(formatRelative(now - agoMs, now)).toBe(text);
  });
});

test('formatPlural counts one thing in the singular', () => {
  expect([formatPlural(1, 'run'), formatPlural(2000, 'run'), formatPlural(0, 'entry', 'entries')]).toEqual([
    '1 run',
    '2,000 runs',
    '0 entries',
  ]);
});

test('formatUtcDay does not depend on the time zone of the reader', () => {
  expect(formatUtcDay(Date.UTC(2001, 4, 1, 0, 0))).toBe('2001-05-01');
  expect(formatUtcDay(Date.UTC(2001, 4, 1, 23, 59))).toBe('2001-05-01');
});
